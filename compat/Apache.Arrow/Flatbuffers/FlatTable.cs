using System.Buffers.Binary;
using System.Text;

namespace Apache.Arrow.Flatbuffers;

/// <summary>A table in a FlatBuffer: optional fields found through a table of offsets.</summary>
internal readonly struct FlatTable
{
    private static readonly UTF8Encoding _strict = new(false, true);
    private readonly FlatBuffer _buffer;
    private readonly int _table;
    private readonly int _tableSize;
    private readonly int _vtable;
    private readonly int _vtableSize;

    public FlatTable(FlatBuffer buffer, int position)
    {
        _buffer = buffer;
        _table = position;
        var vtable = (long)position - buffer.Int32(position);
        _vtableSize = buffer.UInt16(vtable);
        _tableSize = buffer.UInt16(vtable + sizeof(ushort));
        _vtable = (int)vtable;
        if (_vtableSize < 4 || _vtableSize % 2 != 0 || _tableSize < 4)
        {
            throw buffer.Malformed(position, "a table of the metadata has a malformed layout");
        }

        buffer.Slice(vtable, _vtableSize);
        buffer.Slice(position, _tableSize);
        buffer.Spend(4, position);
    }

    public byte Byte(int slot, byte missing = 0) => Field(slot, 1) is var at and not 0 ? _buffer.Slice(at, 1)[0] : missing;

    public bool Bool(int slot) => Byte(slot) != 0;

    public short Int16(int slot, short missing = 0) => Field(slot, sizeof(short)) is var at and not 0 ? BinaryPrimitives.ReadInt16LittleEndian(_buffer.Slice(at, sizeof(short))) : missing;

    public int Int32(int slot, int missing = 0) => Field(slot, sizeof(int)) is var at and not 0 ? _buffer.Int32(at) : missing;

    public long Int64(int slot, long missing = 0) => Field(slot, sizeof(long)) is var at and not 0 ? BinaryPrimitives.ReadInt64LittleEndian(_buffer.Slice(at, sizeof(long))) : missing;

    /// <summary>The table a field refers to; null when the field is missing.</summary>
    public FlatTable? Table(int slot) => Field(slot, sizeof(uint)) is var at and not 0 ? new FlatTable(_buffer, _buffer.Follow(at)) : null;

    /// <summary>A text; null when the field is missing.</summary>
    public string? Text(int slot)
    {
        if (Field(slot, sizeof(uint)) is not (var at and not 0))
        {
            return null;
        }

        var target = _buffer.Follow(at);
        var bytes = _buffer.Slice(target + (long)sizeof(int), _buffer.Int32(target));
        _buffer.Spend(bytes.Length, target);
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException(_buffer.Malformed(target, "a text of the metadata is not UTF-8").Message, e);
        }
    }

    /// <summary>The tables a vector field refers to; none when the field is missing.</summary>
    public FlatTable[] Tables(int slot)
    {
        var (start, count) = Vector(slot, sizeof(uint));
        var tables = new FlatTable[count];
        for (var i = 0; i < count; i++)
        {
            tables[i] = new FlatTable(_buffer, _buffer.Follow(start + (i * (long)sizeof(uint))));
        }

        return tables;
    }

    /// <summary>The bytes of a vector field of structs; none when the field is missing.</summary>
    public FlatStructs Structs(int slot, int size)
    {
        var (start, count) = Vector(slot, size);
        return new FlatStructs(_buffer.Slice(start, (long)count * size), size, _buffer, start);
    }

    /// <summary>The error that says what is wrong with this table.</summary>
    public InvalidDataException Malformed(string problem) => _buffer.Malformed(_table, problem);

    /// <summary>The error that says what of this table is outside the subset.</summary>
    public NotSupportedException Unsupported(string problem) => _buffer.Unsupported(_table, problem);

    private (long Start, int Count) Vector(int slot, int size)
    {
        if (Field(slot, sizeof(uint)) is not (var at and not 0))
        {
            return (0, 0);
        }

        var target = _buffer.Follow(at);
        var count = _buffer.Int32(target);
        _buffer.Slice(target + (long)sizeof(int), count < 0 ? -1 : (long)count * size);
        _buffer.Spend((long)count * size, target);
        return (target + (long)sizeof(int), count);
    }

    // Where a field stands; 0, which no field can, when it is missing.
    private long Field(int slot, int size)
    {
        var entry = 4 + (slot * 2);
        if (entry + 2 > _vtableSize)
        {
            return 0;
        }

        var offset = _buffer.UInt16(_vtable + entry);
        return offset == 0 ? 0
            : offset + size > _tableSize ? throw _buffer.Malformed(_table, $"field {slot} of a table of the metadata reaches behind the table")
            : (long)_table + offset;
    }
}
