using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Several named values together.</summary>
public class StructArray : Array
{
    public StructArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.Struct, 1)) =>
        Fields = [.. data.Children.Select(child => ArrowArrayFactory.BuildArray(
            data.Offset == 0 && data.Length == child.Length ? child : child.Slice(data.Offset, data.Length)))];

    public StructArray(IArrowType dataType, int length, IEnumerable<IArrowArray> children, ArrowBuffer nullBitmapBuffer, int nullCount = 0, int offset = 0)
        : this(new ArrayData(dataType, length, nullCount, offset, new[] { nullBitmapBuffer }, children.Select(child => child.Data).ToArray()))
    {
    }

    /// <summary>The children, cut to this array's stretch.</summary>
    public IReadOnlyList<IArrowArray> Fields { get; }
}
