using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Emergence.Stages.Input;

namespace Emergence.Stages.Sae.Formats;

/// <summary>Reads what <see cref="StateWriter"/> wrote; everything is verified before the first value is handed out.</summary>
internal sealed class StateReader
{
    private const string Remedy = "delete the newest step folder of the run, or start a new run";

    private readonly byte[] _bytes;
    private int _at;

    private StateReader(byte[] bytes, int at) => (_bytes, _at) = (bytes, at);

    /// <summary>Reads and verifies a state.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">For errors.</param>
    /// <param name="shape">The numbers that must stand in its head: d, F, architecture, k.</param>
    /// <param name="valueBytes">Bytes between head and hash.</param>
    /// <exception cref="BadInputException">It is not exactly that.</exception>
    public static StateReader Open(Stream stream, string name, ReadOnlySpan<int> shape, long valueBytes)
    {
        var head = StateWriter.Magic.Length + 4 + (4 * shape.Length);
        var bytes = new byte[checked((int)(head + valueBytes + SHA256.HashSizeInBytes))];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < head || !bytes.AsSpan(0, StateWriter.Magic.Length).SequenceEqual(StateWriter.Magic))
        {
            throw new BadInputException(name, "offset 0", "this is not the state of an SAE", Remedy);
        }

        var at = StateWriter.Magic.Length;
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        if (version != StateWriter.Version)
        {
            throw new BadInputException(name, $"offset {at}", $"the state has version {version}, this program reads version {StateWriter.Version}", Remedy);
        }

        string[] names = ["dimension", "features", "architecture", "k"];
        for (var i = 0; i < shape.Length; i++)
        {
            at += 4;
            var number = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            if (number != shape[i])
            {
                throw new BadInputException(name, $"offset {at}", $"the state's {names[i]} is {number}, this SAE's is {shape[i]}", "use the run's own options");
            }
        }

        if (read < bytes.Length || stream.ReadByte() >= 0)
        {
            throw new BadInputException(name, $"offset {read}", $"the state should have {bytes.Length} bytes and has {(read < bytes.Length ? "fewer" : "more")}", Remedy);
        }

        var body = bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes);
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
        {
            throw new BadInputException(name, $"offset {body.Length}", "the state's hash does not fit its content", Remedy);
        }

        return new StateReader(bytes, head);
    }

    public int ReadInt32()
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(_at));
        _at += 4;
        return value;
    }

    public long ReadInt64()
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(_at));
        _at += 8;
        return value;
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    public float ReadSingle() => BitConverter.Int32BitsToSingle(ReadInt32());

    public void Read(Span<float> values) => Take(MemoryMarshal.AsBytes(values));

    public void Read(Span<long> values) => Take(MemoryMarshal.AsBytes(values));

    private void Take(Span<byte> into)
    {
        _bytes.AsSpan(_at, into.Length).CopyTo(into);
        _at += into.Length;
    }
}
