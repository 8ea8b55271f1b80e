using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Unsigned numbers of 64 bits.</summary>
public class UInt64Array : PrimitiveArray<ulong>
{
    public UInt64Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.UInt64, 2))
    {
    }

    public UInt64Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(UInt64Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<ulong, UInt64Array, Builder>
    {
        protected override UInt64Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
