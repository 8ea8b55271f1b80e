namespace Apache.Arrow.Types;

/// <summary>Indices into a dictionary of values.</summary>
public sealed class DictionaryType : FixedWidthType
{
    public static readonly DictionaryType Default = new(Int64Type.Default, Int64Type.Default, false);

    /// <exception cref="ArgumentException">The index type is not an integer.</exception>
    public DictionaryType(IArrowType indexType, IArrowType valueType, bool ordered)
    {
        if (indexType is not IntegerType)
        {
            throw new ArgumentException($"{indexType.Name} must be integer", nameof(indexType));
        }

        IndexType = indexType;
        ValueType = valueType;
        Ordered = ordered;
    }

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Dictionary;

    /// <inheritdoc/>
    public override string Name => "dictionary";

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <summary>Integer type of the indices.</summary>
    public IArrowType IndexType { get; }

    /// <summary>Type of the dictionary's values.</summary>
    public IArrowType ValueType { get; }

    /// <summary>Whether the dictionary's order means something.</summary>
    public bool Ordered { get; }
}
