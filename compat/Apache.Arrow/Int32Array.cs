using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Signed numbers of 32 bits.</summary>
public class Int32Array : PrimitiveArray<int>
{
    public Int32Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.Int32, 2))
    {
    }

    public Int32Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(Int32Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<int, Int32Array, Builder>
    {
        protected override Int32Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
