using System.Buffers;
using System.Security.Cryptography;
using Emergence.Sinks.Arrow;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// A file's contents in memory that is used again, and their hash, computed piece by piece while the piece is in the processor's cache. It gives
/// its buffer away, so that a reader of Arrow takes views of it: nothing that was read from it is to be used once it is disposed.
/// </summary>
internal sealed class HashedFile : MemoryStream
{
    /// <summary>Longest file that is taken into memory as a whole.</summary>
    public const long MaxBytes = 1 << 30;

    private const int Piece = 256 * 1024;

    // Fresh memory costs as much as the hash; what is read into it is gone soon.
    private static readonly SpareArrays _spare = new(kept: 8);
    private byte[]? _buffer;

    private HashedFile(byte[] buffer, int length, string sha256)
        : base(buffer, 0, length, writable: false, publiclyVisible: true) => (_buffer, Sha256) = (buffer, sha256);

    /// <summary>SHA-256 of the contents, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="length">Its length.</param>
    /// <exception cref="EndOfStreamException">It has become shorter.</exception>
    public static HashedFile Read(Stream file, int length)
    {
        var buffer = _spare.Take(length, Math.Max(2 * Piece, length + (length / 2))) ?? GC.AllocateUninitializedArray<byte>(Math.Max(Piece, length + (length / 16)));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var start = 0; start < length; start += Piece)
            {
                var piece = buffer.AsSpan(start, Math.Min(Piece, length - start));
                file.ReadExactly(piece);
                hash.AppendData(piece);
            }

            return new HashedFile(buffer, length, Hex(hash));
        }
        catch
        {
            _spare.Give(buffer);
            throw;
        }
    }

    /// <summary>The hash of a file of any length, of which one piece is in memory at a time.</summary>
    /// <param name="file">The file, at its beginning.</param>
    public static string Hash(Stream file)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (file.Read(buffer) is var got and > 0)
            {
                hash.AppendData(buffer.AsSpan(0, got));
            }

            return Hex(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            _spare.Give(buffer);
        }
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
