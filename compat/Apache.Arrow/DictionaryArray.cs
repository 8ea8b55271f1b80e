using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Values given as places in a dictionary.</summary>
public class DictionaryArray : Array
{
    public DictionaryArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.Dictionary, 2))
    {
        var type = (DictionaryType)data.DataType;
        if (data.Dictionary is null || data.Dictionary.DataType.TypeId != type.ValueType.TypeId)
        {
            throw new ArgumentException($"{nameof(data)} must have a dictionary of type {type.ValueType.Name}", nameof(data));
        }

        Indices = ArrowArrayFactory.BuildArray(new ArrayData(type.IndexType, data.Length, data.NullCount, data.Offset, data.Buffers, data.Children));
        Dictionary = ArrowArrayFactory.BuildArray(data.Dictionary);
    }

    public DictionaryArray(DictionaryType dataType, IArrowArray indicesArray, IArrowArray dictionary)
        : this(Join(dataType, indicesArray, dictionary))
    {
    }

    /// <summary>The values.</summary>
    public IArrowArray Dictionary { get; }

    /// <summary>Where in the dictionary each value stands.</summary>
    public IArrowArray Indices { get; }

    /// <summary>Memory of the indices.</summary>
    public ArrowBuffer IndicesBuffer => Data.Buffers[1];

    private static ArrayData Join(DictionaryType dataType, IArrowArray indicesArray, IArrowArray dictionary)
    {
        ArgumentNullException.ThrowIfNull(dataType);
        ArgumentNullException.ThrowIfNull(indicesArray);
        ArgumentNullException.ThrowIfNull(dictionary);
        return indicesArray.Data.DataType.TypeId != dataType.IndexType.TypeId
            ? throw new ArgumentException($"The index type {indicesArray.Data.DataType.Name} is not the dictionary type's {dataType.IndexType.Name}.", nameof(indicesArray))
            : new ArrayData(dataType, indicesArray.Length, indicesArray.Data.NullCount, indicesArray.Offset, indicesArray.Data.Buffers, indicesArray.Data.Children, dictionary.Data);
    }
}
