using System.Buffers.Binary;
using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>Lays out the buffers of arrays as the body of a message, and describes them.</summary>
internal sealed class BatchEncoder
{
    private readonly List<long> _nodes = [];
    private readonly List<long> _buffers = [];
    private readonly List<ReadOnlyMemory<byte>> _body = [];

    /// <summary>Bytes of the body, padding included.</summary>
    public long BodyLength { get; private set; }

    /// <summary>The buffers in order; each is followed by padding to <see cref="MessageLayout.Alignment"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Body => _body;

    public void Add(ArrayData data)
    {
        var nulls = data.GetNullCount();
        _nodes.AddRange([data.Length, nulls]);
        AddBuffer(nulls == 0 ? default : Bits(data.Buffers[0].Memory, data.Offset, data.Length));
        switch (data.DataType)
        {
            case BooleanType:
                AddBuffer(Bits(data.Buffers[1].Memory, data.Offset, data.Length));
                break;
            case DictionaryType dictionary:
                AddFixed(data, ((FixedWidthType)dictionary.IndexType).BitWidth / 8);
                break;
            case FixedWidthType type:
                AddFixed(data, type.BitWidth / 8);
                break;
            case StringType or BinaryType:
                var (first, last) = AddOffsets(data);
                AddBuffer(data.Buffers[2].Memory[first..last]);
                break;
            case ListType:
                var (start, end) = AddOffsets(data);
                Add(data.Children[0].Slice(start, end - start));
                break;
            case StructType:
                foreach (var child in data.Children)
                {
                    Add(child.Slice(data.Offset, data.Length));
                }

                break;
            default:
                throw new NotSupportedException($"arrays of {data.DataType.Name} are not supported");
        }
    }

    /// <summary>Writes the table that describes the batch.</summary>
    public int WriteTable(FlatBufferBuilder builder, long length)
    {
        var buffers = builder.CreateVector([.. _buffers], 2);
        var nodes = builder.CreateVector([.. _nodes], 2);
        builder.StartTable(4);
        builder.AddInt64(0, length);
        builder.AddReference(2, buffers);
        builder.AddReference(1, nodes);
        return builder.EndTable();
    }

    private void AddFixed(ArrayData data, int width) => AddBuffer(data.Buffers[1].Memory.Slice(data.Offset * width, data.Length * width));

    // Offsets are written from zero: an array that is a view of another brings only its own values.
    private (int First, int Last) AddOffsets(ArrayData data)
    {
        var offsets = new byte[(data.Length + 1) * sizeof(int)];
        if (data.Buffers[1].IsEmpty)
        {
            AddBuffer(offsets);
            return (0, 0);
        }

        var source = data.Buffers[1].Span.Slice(data.Offset * sizeof(int), offsets.Length);
        var first = BinaryPrimitives.ReadInt32LittleEndian(source);
        var last = first;
        for (var at = 0; at < offsets.Length; at += sizeof(int))
        {
            last = BinaryPrimitives.ReadInt32LittleEndian(source[at..]);
            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan(at), last - first);
        }

        AddBuffer(offsets);
        return (first, last);
    }

    private void AddBuffer(ReadOnlyMemory<byte> buffer)
    {
        _buffers.AddRange([BodyLength, buffer.Length]);
        _body.Add(buffer);
        BodyLength += BitUtility.RoundUpToMultiplePowerOfTwo(buffer.Length, MessageLayout.Alignment);
    }

    private static ReadOnlyMemory<byte> Bits(ReadOnlyMemory<byte> bitmap, int offset, int length)
    {
        if (offset % 8 == 0)
        {
            return bitmap.Slice(offset / 8, BitUtility.ByteCount(length));
        }

        var bits = new byte[BitUtility.ByteCount(length)];
        for (var i = 0; i < length; i++)
        {
            if (BitUtility.GetBit(bitmap.Span, offset + i))
            {
                BitUtility.SetBit(bits, i);
            }
        }

        return bits;
    }
}
