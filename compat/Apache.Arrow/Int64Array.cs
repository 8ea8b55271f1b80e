using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Signed numbers of 64 bits.</summary>
public class Int64Array : PrimitiveArray<long>
{
    public Int64Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.Int64, 2))
    {
    }

    public Int64Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(Int64Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<long, Int64Array, Builder>
    {
        protected override Int64Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
