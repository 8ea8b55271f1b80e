using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Makes the array that fits its data.</summary>
public static class ArrowArrayFactory
{
    /// <exception cref="NotSupportedException">The type is outside this subset.</exception>
    public static IArrowArray BuildArray(ArrayData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.DataType.TypeId switch
        {
            ArrowTypeId.Boolean => new BooleanArray(data),
            ArrowTypeId.UInt8 => new UInt8Array(data),
            ArrowTypeId.Int8 => new Int8Array(data),
            ArrowTypeId.UInt16 => new UInt16Array(data),
            ArrowTypeId.Int16 => new Int16Array(data),
            ArrowTypeId.UInt32 => new UInt32Array(data),
            ArrowTypeId.Int32 => new Int32Array(data),
            ArrowTypeId.UInt64 => new UInt64Array(data),
            ArrowTypeId.Int64 => new Int64Array(data),
            ArrowTypeId.Float => new FloatArray(data),
            ArrowTypeId.Double => new DoubleArray(data),
            ArrowTypeId.String => new StringArray(data),
            ArrowTypeId.Binary => new BinaryArray(data),
            ArrowTypeId.Timestamp => new TimestampArray(data),
            ArrowTypeId.List => new ListArray(data),
            ArrowTypeId.Struct => new StructArray(data),
            ArrowTypeId.Dictionary => new DictionaryArray(data),
            _ => throw new NotSupportedException($"An ArrowArray cannot be built for type {data.DataType.TypeId}."),
        };
    }

    /// <summary>A view of some of an array's values.</summary>
    public static IArrowArray Slice(IArrowArray array, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(array);
        return BuildArray(array.Data.Slice(offset, length));
    }
}
