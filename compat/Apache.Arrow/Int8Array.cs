using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Signed numbers of 8 bits.</summary>
public class Int8Array : PrimitiveArray<sbyte>
{
    public Int8Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.Int8, 2))
    {
    }

    public Int8Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(Int8Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<sbyte, Int8Array, Builder>
    {
        protected override Int8Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
