using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Emergence.Stages.Input;

namespace Emergence.Stages.Sae.Formats;

/// <summary>
/// Reads what <see cref="StateWriter"/> wrote; everything is verified before the first value is handed out. The stream is read twice, by
/// pieces: once for the hash, once for the values, which go straight to where they belong.
/// </summary>
internal sealed class StateReader
{
    private const string Remedy = "delete the newest step folder of the run, or start a new run";
    private const int PieceBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly long _begin;

    private StateReader(Stream stream, string name, long begin) => (_stream, _name, _begin) = (stream, name, begin);

    /// <summary>Verifies a state and stands before its first value.</summary>
    /// <param name="stream">Seekable; the state goes from where it stands to its end.</param>
    /// <param name="name">For errors.</param>
    /// <param name="shape">The numbers that must stand in its head: d, F, architecture, k.</param>
    /// <param name="valueBytes">Bytes between head and hash.</param>
    /// <exception cref="BadInputException">It is not exactly that.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static StateReader Open(Stream stream, string name, ReadOnlySpan<int> shape, long valueBytes)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("a state is read from a stream that can seek, such as a file", nameof(stream));
        }

        var begin = stream.Position;
        var head = CheckHead(stream, name, shape);
        var expected = head + valueBytes + SHA256.HashSizeInBytes;
        var length = stream.Length - begin;
        if (length != expected)
        {
            throw new BadInputException(name, $"offset {Math.Min(length, expected)}", $"the state should have {expected} bytes and has {(length < expected ? "fewer" : "more")}", Remedy);
        }

        stream.Position = begin;
        var reader = new StateReader(stream, name, begin);
        reader.CheckHash(expected - SHA256.HashSizeInBytes);
        stream.Position = begin + head;
        return reader;
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Take(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Take(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    public float ReadSingle() => BitConverter.Int32BitsToSingle(ReadInt32());

    public void Read(Span<float> values) => TakeAll(values);

    public void Read(Span<long> values) => TakeAll(values);

    // Returns the head's length.
    private static int CheckHead(Stream stream, string name, ReadOnlySpan<int> shape)
    {
        var head = new byte[StateWriter.Magic.Length + 4 + (4 * shape.Length)];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read < head.Length || !head.AsSpan(0, StateWriter.Magic.Length).SequenceEqual(StateWriter.Magic))
        {
            throw new BadInputException(name, "offset 0", "this is not the state of an SAE", Remedy);
        }

        var at = StateWriter.Magic.Length;
        var version = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(at));
        if (version != StateWriter.Version)
        {
            throw new BadInputException(name, $"offset {at}", $"the state has version {version}, this program reads version {StateWriter.Version}", Remedy);
        }

        string[] names = ["dimension", "features", "architecture", "k"];
        for (var i = 0; i < shape.Length; i++)
        {
            at += 4;
            var number = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(at));
            if (number != shape[i])
            {
                throw new BadInputException(name, $"offset {at}", $"the state's {names[i]} is {number}, this SAE's is {shape[i]}", "use the run's own options");
            }
        }

        return head.Length;
    }

    private void CheckHash(long bodyBytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        for (long done = 0; done < bodyBytes;)
        {
            var part = piece.AsSpan(0, (int)Math.Min(PieceBytes, bodyBytes - done));
            Take(part);
            hash.AppendData(part);
            done += part.Length;
        }

        var said = piece.AsSpan(0, SHA256.HashSizeInBytes);
        Take(said);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(said))
        {
            throw new BadInputException(_name, $"offset {bodyBytes}", "the state's hash does not fit its content", Remedy);
        }
    }

    // In pieces: the bytes of a large span would overflow a span's length.
    private void TakeAll<T>(Span<T> values)
        where T : unmanaged
    {
        while (!values.IsEmpty)
        {
            var part = values[..Math.Min(values.Length, PieceBytes)];
            Take(MemoryMarshal.AsBytes(part));
            values = values[part.Length..];
        }
    }

    private void Take(Span<byte> into)
    {
        var at = _stream.Position - _begin;
        if (_stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
        {
            throw new BadInputException(_name, $"offset {at}", "the state became shorter while it was read", Remedy);
        }
    }
}
