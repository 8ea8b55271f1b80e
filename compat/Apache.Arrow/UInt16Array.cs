using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Unsigned numbers of 16 bits.</summary>
public class UInt16Array : PrimitiveArray<ushort>
{
    public UInt16Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.UInt16, 2))
    {
    }

    public UInt16Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(UInt16Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<ushort, UInt16Array, Builder>
    {
        protected override UInt16Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
