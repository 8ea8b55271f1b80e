namespace Apache.Arrow.Types;

/// <summary>Lists of values of one type, with 32-bit offsets.</summary>
public sealed class ListType : NestedType
{
    public ListType(Field valueField)
        : base(valueField)
    {
    }

    public ListType(IArrowType valueDataType)
        : this(new Field("item", valueDataType, true))
    {
    }

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.List;

    /// <inheritdoc/>
    public override string Name => "list";

    /// <summary>The field of the values.</summary>
    public Field ValueField => Fields[0];

    /// <summary>The type of the values.</summary>
    public IArrowType ValueDataType => Fields[0].DataType;
}
