using System.Buffers.Binary;
using System.Text;

namespace Apache.Arrow.Flatbuffers;

/// <summary>
/// Writes FlatBuffers (https://flatbuffers.dev/internals/) from back to front: what is pointed at is written before what
/// points at it. Places are counted from the end of the buffer, because its beginning is not known until it is finished.
/// </summary>
internal sealed class FlatBufferBuilder
{
    private readonly List<int> _slots = [];
    private byte[] _buffer = new byte[1024];
    private int _used;
    private int _alignment = 4;
    private int _tableStart;

    /// <summary>Begins a table of a number of slots; fields are added in any order, then <see cref="EndTable"/>.</summary>
    public void StartTable(int slots)
    {
        _slots.Clear();
        _slots.AddRange(Enumerable.Repeat(0, slots));
        _tableStart = _used;
    }

    public void AddByte(int slot, byte value)
    {
        Align(1, 0);
        Claim(1)[0] = value;
        _slots[slot] = _used;
    }

    public void AddBool(int slot, bool value) => AddByte(slot, value ? (byte)1 : (byte)0);

    public void AddInt16(int slot, short value)
    {
        Align(2, 0);
        BinaryPrimitives.WriteInt16LittleEndian(Claim(2), value);
        _slots[slot] = _used;
    }

    public void AddInt32(int slot, int value)
    {
        Align(4, 0);
        BinaryPrimitives.WriteInt32LittleEndian(Claim(4), value);
        _slots[slot] = _used;
    }

    public void AddInt64(int slot, long value)
    {
        Align(8, 0);
        BinaryPrimitives.WriteInt64LittleEndian(Claim(8), value);
        _slots[slot] = _used;
    }

    /// <summary>Adds a reference to something written before; none when <paramref name="target"/> is 0.</summary>
    public void AddReference(int slot, int target)
    {
        if (target != 0)
        {
            PutReference(target);
            _slots[slot] = _used;
        }
    }

    /// <summary>Ends the table and says where it is.</summary>
    public int EndTable()
    {
        Align(4, 0);
        Claim(4);
        var table = _used;
        for (var i = _slots.Count - 1; i >= 0; i--)
        {
            PutUInt16(_slots[i] == 0 ? 0 : table - _slots[i]);
        }

        PutUInt16(table - _tableStart);
        PutUInt16((_slots.Count + 2) * sizeof(ushort));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffer.Length - table), _used - table);
        return table;
    }

    /// <summary>Writes a text and says where it is.</summary>
    public int CreateString(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Align(4, bytes.Length + 1);
        Claim(1)[0] = 0;
        bytes.CopyTo(Claim(bytes.Length));
        return PutCount(bytes.Length);
    }

    /// <summary>Writes a vector of references and says where it is.</summary>
    public int CreateVector(IReadOnlyList<int> targets)
    {
        Align(4, targets.Count * sizeof(uint));
        for (var i = targets.Count - 1; i >= 0; i--)
        {
            PutReference(targets[i]);
        }

        return PutCount(targets.Count);
    }

    /// <summary>Writes a vector of structs of 64-bit numbers and says where it is.</summary>
    public int CreateVector(ReadOnlySpan<long> values, int perStruct)
    {
        Align(4, values.Length * sizeof(long));
        Align(8, values.Length * sizeof(long));
        for (var i = values.Length - 1; i >= 0; i--)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Claim(8), values[i]);
        }

        return PutCount(values.Length / perStruct);
    }

    /// <summary>Ends the buffer with a reference to its root table.</summary>
    public ReadOnlyMemory<byte> Finish(int root)
    {
        Align(_alignment, sizeof(uint));
        PutReference(root);
        return _buffer.AsMemory(_buffer.Length - _used);
    }

    private int PutCount(int count)
    {
        Align(4, 0);
        BinaryPrimitives.WriteInt32LittleEndian(Claim(4), count);
        return _used;
    }

    private void PutReference(int target)
    {
        Align(4, 0);
        BinaryPrimitives.WriteInt32LittleEndian(Claim(4), _used - target);
    }

    private void PutUInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Claim(2), checked((ushort)value));

    // Pads so that a value of this size, written after so many more bytes, is aligned to its size.
    private void Align(int size, int bytesAfter)
    {
        _alignment = Math.Max(_alignment, size);
        Claim(-(_used + bytesAfter) & (size - 1)).Clear();
    }

    private Span<byte> Claim(int size)
    {
        if (_used + size > _buffer.Length)
        {
            var larger = new byte[Math.Max(checked(_buffer.Length * 2), _used + size)];
            _buffer.AsSpan(_buffer.Length - _used).CopyTo(larger.AsSpan(larger.Length - _used));
            _buffer = larger;
        }

        _used += size;
        return _buffer.AsSpan(_buffer.Length - _used, size);
    }
}
