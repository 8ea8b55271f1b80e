namespace Apache.Arrow.Types;

/// <summary>Signed, 8 bits.</summary>
public sealed class Int8Type : IntegerType
{
    public static readonly Int8Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int8;

    /// <inheritdoc/>
    public override string Name => "int8";

    /// <inheritdoc/>
    public override int BitWidth => 8;

    /// <inheritdoc/>
    public override bool IsSigned => true;
}
