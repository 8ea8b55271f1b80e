using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Numbers of double precision.</summary>
public class DoubleArray : PrimitiveArray<double>
{
    public DoubleArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.Double, 2))
    {
    }

    public DoubleArray(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(DoubleType.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<double, DoubleArray, Builder>
    {
        protected override DoubleArray Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
