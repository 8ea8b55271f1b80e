using System.Runtime.InteropServices;
using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Lists of values of one type.</summary>
public partial class ListArray : Array
{
    public ListArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.List, 2)) => Values = ArrowArrayFactory.BuildArray(data.Children[0]);

    public ListArray(IArrowType dataType, int length, ArrowBuffer valueOffsetsBuffer, IArrowArray values, ArrowBuffer nullBitmapBuffer, int nullCount = 0, int offset = 0)
        : this(new ArrayData(dataType, length, nullCount, offset, new[] { nullBitmapBuffer, valueOffsetsBuffer }, new[] { values.Data }))
    {
    }

    /// <summary>The values of all lists.</summary>
    public IArrowArray Values { get; }

    /// <summary>Memory of the offsets.</summary>
    public ArrowBuffer ValueOffsetsBuffer => Data.Buffers[1];

    /// <summary>Where each list begins in <see cref="Values"/>, and where the last one ends; empty for an array of nothing that has no offsets.</summary>
    public ReadOnlySpan<int> ValueOffsets => ValueOffsetsBuffer.IsEmpty ? [] : MemoryMarshal.Cast<byte, int>(ValueOffsetsBuffer.Span).Slice(Offset, Length + 1);

    /// <summary>The values of one list; null when it is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the array.</exception>
    public IArrowArray? GetSlicedValues(int index)
    {
        CheckIndex(index);
        if (IsNull(index))
        {
            return null;
        }

        var offsets = ValueOffsets;
        return ArrowArrayFactory.Slice(Values, offsets[index], offsets[index + 1] - offsets[index]);
    }
}
