using System.Buffers.Binary;
using Apache.Arrow.Ipc;

namespace Apache.Arrow.Flatbuffers;

/// <summary>
/// The bytes of a FlatBuffer from an untrusted source. Every read is checked against its end. A budget bounds how much may be
/// visited in all: references may share their targets, so that a few bytes could otherwise stand for an endless tree.
/// </summary>
/// <param name="bytes">The bytes.</param>
/// <param name="origin">Where they begin in the stream or file, for error messages.</param>
internal sealed class FlatBuffer(ReadOnlyMemory<byte> bytes, long origin)
{
    // What does not share costs at most its own bytes. Twice that leaves writers room to share a text or a type.
    private long _budget = (2L * bytes.Length) + 1024;

    public int Length => bytes.Length;

    /// <summary>The table that the buffer begins with a reference to.</summary>
    public FlatTable Root() => new(this, Follow(0));

    public ReadOnlySpan<byte> Slice(long position, long length)
    {
        if (position < 0 || length < 0 || position > bytes.Length - length)
        {
            throw Malformed(Math.Clamp(position, 0, bytes.Length), $"{length} bytes of metadata reach behind its end at {origin + bytes.Length}");
        }

        return bytes.Span.Slice((int)position, (int)length);
    }

    public int Int32(long position) => BinaryPrimitives.ReadInt32LittleEndian(Slice(position, sizeof(int)));

    public ushort UInt16(long position) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(position, sizeof(ushort)));

    public int Follow(long position)
    {
        var target = position + BinaryPrimitives.ReadUInt32LittleEndian(Slice(position, sizeof(uint)));
        return target < bytes.Length ? (int)target : throw Malformed(position, $"a reference of the metadata points behind its end at {origin + bytes.Length}");
    }

    public void Spend(long amount, long position)
    {
        _budget -= amount;
        if (_budget < 0)
        {
            throw Malformed(position, "the references of the metadata stand for more than its bytes can hold");
        }
    }

    public InvalidDataException Malformed(long position, string problem) => Refusal.Malformed(origin + position, problem);

    public NotSupportedException Unsupported(long position, string problem) => Refusal.Unsupported(origin + position, problem);
}
