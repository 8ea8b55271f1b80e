using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Emergence.Stages.Sae.Formats;

/// <summary>
/// An SAE's state as bytes, little-endian: magic, version, shape, values, and a SHA-256 of all before it.
/// </summary>
internal sealed class StateWriter
{
    /// <summary>First bytes of every state.</summary>
    public static ReadOnlySpan<byte> Magic => "EMSAE\r\n\0"u8;

    /// <summary>Version of the layout; another one is refused.</summary>
    public const int Version = 1;

    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public StateWriter(Stream stream, ReadOnlySpan<int> shape)
    {
        _stream = stream;
        Append(Magic);
        Write(Version);
        foreach (var number in shape)
        {
            Write(number);
        }
    }

    public void Write(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Append(bytes);
    }

    public void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Append(bytes);
    }

    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    public void Write(float value) => Write(BitConverter.SingleToInt32Bits(value));

    public void Write(ReadOnlySpan<float> values) => Append(MemoryMarshal.AsBytes(values));

    public void Write(ReadOnlySpan<long> values) => Append(MemoryMarshal.AsBytes(values));

    /// <summary>Writes the hash: nothing may follow.</summary>
    public void End()
    {
        _stream.Write(_hash.GetHashAndReset());
        _hash.Dispose();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _stream.Write(bytes);
    }
}
