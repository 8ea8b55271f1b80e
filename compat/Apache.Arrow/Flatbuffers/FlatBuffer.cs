using System.Buffers.Binary;

namespace Apache.Arrow.Flatbuffers;

/// <summary>
/// The bytes of a FlatBuffer from an untrusted source. Every read is checked against its end. A budget bounds how much may be
/// visited in all: references may share their targets, so that a few bytes could otherwise stand for an endless tree.
/// </summary>
internal sealed class FlatBuffer(ReadOnlyMemory<byte> bytes)
{
    private long _budget = (8L * bytes.Length) + 1024;

    public int Length => bytes.Length;

    /// <summary>The table that the buffer begins with a reference to.</summary>
    public FlatTable Root() => new(this, Follow(0));

    public ReadOnlySpan<byte> Slice(long position, long length)
    {
        if (position < 0 || length < 0 || position > bytes.Length - length)
        {
            throw new InvalidDataException($"Arrow metadata: {length} bytes at {position} reach behind its end at {bytes.Length}");
        }

        return bytes.Span.Slice((int)position, (int)length);
    }

    public int Int32(long position) => BinaryPrimitives.ReadInt32LittleEndian(Slice(position, sizeof(int)));

    public ushort UInt16(long position) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(position, sizeof(ushort)));

    public int Follow(long position)
    {
        var target = position + BinaryPrimitives.ReadUInt32LittleEndian(Slice(position, sizeof(uint)));
        return target < bytes.Length ? (int)target : throw new InvalidDataException($"Arrow metadata: the reference at {position} points behind its end");
    }

    public void Spend(long amount)
    {
        _budget -= amount;
        if (_budget < 0)
        {
            throw new InvalidDataException("Arrow metadata: its references stand for more than its bytes can hold");
        }
    }
}
