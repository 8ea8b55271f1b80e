using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Signed numbers of 16 bits.</summary>
public class Int16Array : PrimitiveArray<short>
{
    public Int16Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.Int16, 2))
    {
    }

    public Int16Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(Int16Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<short, Int16Array, Builder>
    {
        protected override Int16Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
