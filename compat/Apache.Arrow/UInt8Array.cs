using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Unsigned numbers of 8 bits.</summary>
public class UInt8Array : PrimitiveArray<byte>
{
    public UInt8Array(ArrayData data)
        : base(Expect(data, ArrowTypeId.UInt8, 2))
    {
    }

    public UInt8Array(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(UInt8Type.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<byte, UInt8Array, Builder>
    {
        protected override UInt8Array Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
