namespace Apache.Arrow.Types;

/// <summary>Several named values together.</summary>
public sealed class StructType : NestedType
{
    public StructType(IReadOnlyList<Field> fields)
        : base(fields)
    {
    }

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Struct;

    /// <inheritdoc/>
    public override string Name => "struct";
}
