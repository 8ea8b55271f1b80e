using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Unsigned numbers of 32 bits.</summary>
public class UInt32Array : PrimitiveArray<uint>
{
    public UInt32Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.UInt32, 2))
    {
    }

    public UInt32Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(UInt32Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<uint, UInt32Array, Builder>
    {
        protected override UInt32Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
