using System.Buffers.Binary;
using System.Text.Unicode;
using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>
/// Makes arrays of the body of a message from an untrusted source. Arrays are views of the body; every length, offset, index and
/// text is checked, so that no later access through an array can leave its buffers.
/// </summary>
internal ref struct BatchDecoder
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly IReadOnlyDictionary<long, ArrayData> _dictionaries;
    private readonly ReadOnlySpan<byte> _nodes;
    private readonly ReadOnlySpan<byte> _buffers;
    private int _node;
    private int _buffer;

    public BatchDecoder(FlatTable batch, ReadOnlyMemory<byte> body, IReadOnlyDictionary<long, ArrayData> dictionaries)
    {
        if (batch.Has(3))
        {
            throw new NotSupportedException("compressed Arrow bodies are not supported");
        }

        Length = Checked(batch.Int64(0), "row count");
        _nodes = batch.Structs(1, 16);
        _buffers = batch.Structs(2, 16);
        _body = body;
        _dictionaries = dictionaries;
    }

    /// <summary>Number of rows the batch says it has.</summary>
    public int Length { get; }

    public ArrayData Column(SchemaField field)
    {
        var data = Next(field, Length);
        return data;
    }

    /// <summary>The values of a field's dictionary.</summary>
    public ArrayData DictionaryValues(SchemaField field) => Next(Values(field), Length);

    /// <summary>Checks that the fields have used up all nodes and buffers.</summary>
    public readonly void Finish()
    {
        if (_node * 16 != _nodes.Length || _buffer * 16 != _buffers.Length)
        {
            throw new InvalidDataException("Arrow batch: it describes more arrays than its schema has");
        }
    }

    private static SchemaField Values(SchemaField field) =>
        new(new Field(field.Field.Name, ((DictionaryType)field.Field.DataType).ValueType, true), null, field.Children);

    private ArrayData Next(SchemaField field, int? expected)
    {
        var name = field.Field.Name;
        var (length, nullCount) = NextNode(name);
        if (expected is { } e && length != e)
        {
            throw new InvalidDataException($"Arrow batch: {name} has {length} values where {e} belong");
        }

        var validity = NextValidity(name, length, nullCount);
        switch (field.Field.DataType)
        {
            case BooleanType boolean:
                return new ArrayData(boolean, length, nullCount, 0, new[] { validity, NextBuffer(name, BitUtility.ByteCount(length)) });
            case DictionaryType dictionary:
                var width = ((FixedWidthType)dictionary.IndexType).BitWidth / 8;
                var indices = NextBuffer(name, (long)length * width);
                if (!_dictionaries.TryGetValue(field.DictionaryId!.Value, out var values))
                {
                    throw new InvalidDataException($"Arrow batch: {name} comes before its dictionary {field.DictionaryId}");
                }

                CheckIndices(name, indices.Span, dictionary.IndexType, validity, length, values.Length);
                return new ArrayData(dictionary, length, nullCount, 0, new[] { validity, indices }, null, values);
            case FixedWidthType type:
                return new ArrayData(type, length, nullCount, 0, new[] { validity, NextBuffer(name, (long)length * (type.BitWidth / 8)) });
            case StringType or BinaryType:
                var offsets = NextOffsets(name, length);
                var bytes = NextBuffer(name, 0);
                CheckOffsets(name, offsets.Span, length, bytes.Length, field.Field.DataType is StringType ? bytes.Span : default);
                return new ArrayData(field.Field.DataType, length, nullCount, 0, new[] { validity, offsets, bytes });
            case ListType list:
                var starts = NextOffsets(name, length);
                var child = Next(field.Children[0], null);
                CheckOffsets(name, starts.Span, length, child.Length, default);
                return new ArrayData(list, length, nullCount, 0, new[] { validity, starts }, new[] { child });
            default:
                var children = new ArrayData[field.Children.Count];
                for (var i = 0; i < children.Length; i++)
                {
                    children[i] = Next(field.Children[i], length);
                }

                return new ArrayData(field.Field.DataType, length, nullCount, 0, new[] { validity }, children);
        }
    }

    private (int Length, int NullCount) NextNode(string name)
    {
        if ((_node + 1) * 16 > _nodes.Length)
        {
            throw new InvalidDataException($"Arrow batch: nothing describes {name}");
        }

        var node = _nodes.Slice(_node++ * 16, 16);
        var length = Checked(BinaryPrimitives.ReadInt64LittleEndian(node), "length");
        var nullCount = Checked(BinaryPrimitives.ReadInt64LittleEndian(node[8..]), "null count");
        return nullCount <= length ? (length, nullCount) : throw new InvalidDataException($"Arrow batch: {name} misses {nullCount} of {length} values");
    }

    private ArrowBuffer NextBuffer(string name, long atLeast)
    {
        if ((_buffer + 1) * 16 > _buffers.Length)
        {
            throw new InvalidDataException($"Arrow batch: nothing describes a buffer of {name}");
        }

        var entry = _buffers.Slice(_buffer++ * 16, 16);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(entry);
        var length = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
        if (offset < 0 || length < 0 || offset > _body.Length - length)
        {
            throw new InvalidDataException($"Arrow batch: a buffer of {name}, {length} bytes at {offset}, leaves the body of {_body.Length}");
        }

        return length >= atLeast
            ? new ArrowBuffer(_body.Slice((int)offset, (int)length))
            : throw new InvalidDataException($"Arrow batch: a buffer of {name} has {length} bytes where {atLeast} are needed");
    }

    private ArrowBuffer NextValidity(string name, int length, int nullCount)
    {
        var validity = NextBuffer(name, nullCount == 0 ? 0 : BitUtility.ByteCount(length));
        if (nullCount == 0)
        {
            return ArrowBuffer.Empty;
        }

        var missing = length - BitUtility.CountBits(validity.Span, 0, length);
        return missing == nullCount ? validity : throw new InvalidDataException($"Arrow batch: {name} says that {nullCount} values are missing, its bits say {missing}");
    }

    // The format lets an array of nothing leave its offsets out.
    private ArrowBuffer NextOffsets(string name, int length) => NextBuffer(name, length == 0 ? 0 : (length + 1L) * sizeof(int));

    private static void CheckOffsets(string name, ReadOnlySpan<byte> offsets, int length, int limit, ReadOnlySpan<byte> text)
    {
        if (offsets.Length < sizeof(int))
        {
            return;
        }

        var before = BinaryPrimitives.ReadInt32LittleEndian(offsets);
        for (var i = 0; i <= length; i++)
        {
            var offset = BinaryPrimitives.ReadInt32LittleEndian(offsets[(i * sizeof(int))..]);
            if (offset < before || offset < 0 || offset > limit)
            {
                throw new InvalidDataException($"Arrow batch: offset {i} of {name} is {offset}, after {before} and with {limit} to point into");
            }

            if (!text.IsEmpty && !Utf8.IsValid(text[before..offset]))
            {
                throw new InvalidDataException($"Arrow batch: value {i - 1} of {name} is not UTF-8");
            }

            before = offset;
        }
    }

    private static void CheckIndices(string name, ReadOnlySpan<byte> indices, IArrowType type, ArrowBuffer validity, int length, int limit)
    {
        for (var i = 0; i < length; i++)
        {
            if (!validity.IsEmpty && !BitUtility.GetBit(validity.Span, i))
            {
                continue;
            }

            var index = type.TypeId switch
            {
                ArrowTypeId.UInt8 => indices[i],
                ArrowTypeId.Int8 => (sbyte)indices[i],
                ArrowTypeId.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(indices[(i * 2)..]),
                ArrowTypeId.Int16 => BinaryPrimitives.ReadInt16LittleEndian(indices[(i * 2)..]),
                ArrowTypeId.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(indices[(i * 4)..]),
                ArrowTypeId.Int32 => BinaryPrimitives.ReadInt32LittleEndian(indices[(i * 4)..]),
                _ => BinaryPrimitives.ReadInt64LittleEndian(indices[(i * 8)..]),
            };
            if (index < 0 || index >= limit)
            {
                throw new InvalidDataException($"Arrow batch: value {i} of {name} stands at {index} of a dictionary of {limit}");
            }
        }
    }

    private static int Checked(long value, string what) =>
        value is >= 0 and <= int.MaxValue ? (int)value : throw new InvalidDataException($"Arrow batch: the {what} {value} is out of range");
}
