using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>
/// Makes arrays of the body of a message from an untrusted source. Arrays are views of the body; every length, offset, index and
/// text is checked, so that no later access through an array can leave its buffers.
/// </summary>
internal ref struct BatchDecoder
{
    private const int EntrySize = 16;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly long _bodyOffset;
    private readonly Dictionary<long, ArrayData> _dictionaries;
    private readonly FlatStructs _nodes;
    private readonly FlatStructs _buffers;
    private int _node;
    private int _buffer;

    // Where in the body the buffer that was taken last begins.
    private long _bufferStart;

    /// <param name="batch">The table that describes the batch.</param>
    /// <param name="message">The message it is in.</param>
    /// <param name="dictionaries">The dictionaries so far.</param>
    public BatchDecoder(FlatTable batch, Message message, Dictionary<long, ArrayData> dictionaries)
    {
        if (batch.Table(3) is { } compression)
        {
            throw batch.Unsupported($"the body is compressed ({(compression.Byte(0) == 0 ? "LZ4" : "ZSTD")}), which is not supported: write it without compression");
        }

        var length = batch.Int64(0);
        Length = length is >= 0 and <= int.MaxValue ? (int)length : throw batch.Malformed($"the row count {length} is out of range");
        _nodes = batch.Structs(1, EntrySize);
        _buffers = batch.Structs(2, EntrySize);
        (_body, _bodyOffset) = (message.Body, message.BodyOffset);
        _dictionaries = dictionaries;
    }

    /// <summary>Number of rows the batch says it has.</summary>
    public int Length { get; }

    /// <summary>The next column.</summary>
    public ArrayData Column(SchemaField field) => Next(field, Length);

    /// <summary>The values of a field's dictionary.</summary>
    public ArrayData DictionaryValues(SchemaField field) => Next(Values(field), Length);

    /// <summary>Checks that the fields have used up all nodes and buffers.</summary>
    public readonly void Finish()
    {
        if (_node != _nodes.Count)
        {
            throw _nodes.Malformed(_node, $"the batch describes {_nodes.Count} arrays, its schema has {_node}");
        }

        if (_buffer != _buffers.Count)
        {
            throw _buffers.Malformed(_buffer, $"the batch describes {_buffers.Count} buffers, its schema has {_buffer}");
        }
    }

    private static SchemaField Values(SchemaField field) =>
        new(new Field(field.Field.Name, ((DictionaryType)field.Field.DataType).ValueType, true), null, field.Children);

    private ArrayData Next(SchemaField field, int? expected)
    {
        var name = field.Field.Name;
        var (length, nullCount) = NextNode(name, expected);
        var validity = NextValidity(name, length, nullCount);
        switch (field.Field.DataType)
        {
            case BooleanType boolean:
                return new ArrayData(boolean, length, nullCount, 0, [validity, NextBuffer(name, BitUtility.ByteCount(length))]);
            case DictionaryType dictionary:
                var width = ((FixedWidthType)dictionary.IndexType).BitWidth / 8;
                var indices = NextBuffer(name, (long)length * width);
                if (!_dictionaries.TryGetValue(field.DictionaryId!.Value, out var values))
                {
                    throw Malformed(0, $"{name} comes before its dictionary {field.DictionaryId}");
                }

                if (DictionaryIndices.FirstOutside(indices.Span, dictionary.IndexType, validity.Span, length, values.Length) is var wrong and >= 0)
                {
                    throw Malformed(
                        (long)wrong * width, $"value {wrong} of {name} stands at {DictionaryIndices.At(indices.Span, dictionary.IndexType, wrong)} of a dictionary of {values.Length}");
                }

                return new ArrayData(dictionary, length, nullCount, 0, [validity, indices], null, values);
            case FixedWidthType type:
                return new ArrayData(type, length, nullCount, 0, [validity, NextBuffer(name, (long)length * (type.BitWidth / 8))]);
            case StringType or BinaryType:
                var offsets = NextOffsets(name, length);
                var offsetsStart = _bufferStart;
                var bytes = NextBuffer(name, 0);
                CheckOffsets(name, offsets.Span, offsetsStart, length, bytes.Length);
                if (field.Field.DataType is StringType)
                {
                    CheckText(name, Offsets(offsets.Span, length), bytes.Span);
                }

                return new ArrayData(field.Field.DataType, length, nullCount, 0, [validity, offsets, bytes]);
            case ListType list:
                var starts = NextOffsets(name, length);
                var startsStart = _bufferStart;
                var child = Next(field.Children[0], null);
                CheckOffsets(name, starts.Span, startsStart, length, child.Length);
                return new ArrayData(list, length, nullCount, 0, [validity, starts], [child]);
            default:
                var children = new ArrayData[field.Children.Count];
                for (var i = 0; i < children.Length; i++)
                {
                    children[i] = Next(field.Children[i], length);
                }

                return new ArrayData(field.Field.DataType, length, nullCount, 0, [validity], children);
        }
    }

    private (int Length, int NullCount) NextNode(string name, int? expected)
    {
        if (_node == _nodes.Count)
        {
            throw _nodes.Malformed(_node, $"nothing describes {name}");
        }

        var node = _nodes[_node];
        var length = BinaryPrimitives.ReadInt64LittleEndian(node);
        var nullCount = BinaryPrimitives.ReadInt64LittleEndian(node[8..]);
        var problem = length is < 0 or > int.MaxValue ? $"{name} has the length {length}, which is out of range"
            : expected is { } e && length != e ? $"{name} has {length} values where {e} belong"
            : nullCount < 0 || nullCount > length ? $"{name} misses {nullCount} of {length} values"
            : null;
        if (problem is not null)
        {
            throw _nodes.Malformed(_node, problem);
        }

        _node++;
        return ((int)length, (int)nullCount);
    }

    private ArrowBuffer NextBuffer(string name, long atLeast)
    {
        if (_buffer == _buffers.Count)
        {
            throw _buffers.Malformed(_buffer, $"nothing describes a buffer of {name}");
        }

        var entry = _buffers[_buffer];
        var offset = BinaryPrimitives.ReadInt64LittleEndian(entry);
        var length = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
        if (offset < 0 || length < 0 || offset > _body.Length - length)
        {
            throw _buffers.Malformed(_buffer, $"a buffer of {name}, {length} bytes at {offset} of the body, leaves the body of {_body.Length}");
        }

        if (length < atLeast)
        {
            throw _buffers.Malformed(_buffer, $"a buffer of {name} has {length} bytes where {atLeast} are needed");
        }

        _buffer++;
        _bufferStart = offset;
        return new ArrowBuffer(_body.Slice((int)offset, (int)length));
    }

    private ArrowBuffer NextValidity(string name, int length, int nullCount)
    {
        var validity = NextBuffer(name, nullCount == 0 ? 0 : BitUtility.ByteCount(length));
        if (nullCount == 0)
        {
            return ArrowBuffer.Empty;
        }

        var missing = length - BitUtility.CountBits(validity.Span, 0, length);
        return missing == nullCount ? validity : throw Malformed(0, $"{name} says that {nullCount} values are missing, its bits say {missing}");
    }

    // The format lets an array of nothing leave its offsets out.
    private ArrowBuffer NextOffsets(string name, int length) => NextBuffer(name, length == 0 ? 0 : (length + 1L) * sizeof(int));

    private static ReadOnlySpan<int> Offsets(ReadOnlySpan<byte> bytes, int length) =>
        bytes.Length < sizeof(int) ? [] : MemoryMarshal.Cast<byte, int>(bytes)[..(length + 1)];

    private readonly void CheckOffsets(string name, ReadOnlySpan<byte> bytes, long start, int length, int limit)
    {
        var offsets = Offsets(bytes, length);
        if (offsets.IsEmpty)
        {
            return;
        }

        var before = 0;
        for (var i = 0; i < offsets.Length; i++)
        {
            var offset = offsets[i];
            if (offset < before || offset > limit)
            {
                throw Refusal.Malformed(
                    _bodyOffset + start + ((long)i * sizeof(int)), $"offset {i} of {name} is {offset}, after {before} and with {limit} to point into");
            }

            before = offset;
        }
    }

    /// <summary>Looks at all texts at once; where they are whole together, each is when it begins with a character.</summary>
    private readonly void CheckText(string name, ReadOnlySpan<int> offsets, ReadOnlySpan<byte> bytes)
    {
        if (Utf8Texts.FirstWrong(offsets, bytes) is var wrong and >= 0)
        {
            throw Malformed(offsets[wrong], $"value {wrong} of {name} is not UTF-8");
        }
    }

    // At a byte of the buffer that was taken last.
    private readonly InvalidDataException Malformed(long at, string problem) => Refusal.Malformed(_bodyOffset + _bufferStart + at, problem);
}
