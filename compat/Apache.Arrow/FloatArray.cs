using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Numbers of single precision.</summary>
public class FloatArray : PrimitiveArray<float>
{
    public FloatArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.Float, 2))
    {
    }

    public FloatArray(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(FloatType.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<float, FloatArray, Builder>
    {
        protected override FloatArray Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
