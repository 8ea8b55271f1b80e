using System.Runtime.InteropServices;
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

    // Offsets are written from zero: an array that is a view of another brings only its own values. Most begin there anyway.
    private (int First, int Last) AddOffsets(ArrayData data)
    {
        if (data.Buffers[1].IsEmpty)
        {
            AddBuffer(new byte[(data.Length + 1) * sizeof(int)]);
            return (0, 0);
        }

        var memory = data.Buffers[1].Memory.Slice(data.Offset * sizeof(int), (data.Length + 1) * sizeof(int));
        var source = MemoryMarshal.Cast<byte, int>(memory.Span);
        var (first, last) = (source[0], source[^1]);
        if (first != 0)
        {
            var offsets = new byte[memory.Length];
            var target = MemoryMarshal.Cast<byte, int>(offsets.AsSpan());
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = source[i] - first;
            }

            memory = offsets;
        }

        AddBuffer(memory);
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

        var source = bitmap.Span[(offset / 8)..];
        var shift = offset % 8;
        var bits = new byte[BitUtility.ByteCount(length)];
        for (var i = 0; i < bits.Length; i++)
        {
            var next = i + 1 < source.Length ? source[i + 1] << (8 - shift) : 0;
            bits[i] = (byte)((source[i] >> shift) | next);
        }

        return bits;
    }
}
