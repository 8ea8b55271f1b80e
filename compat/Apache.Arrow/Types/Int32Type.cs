namespace Apache.Arrow.Types;

/// <summary>Signed, 32 bits.</summary>
public sealed class Int32Type : IntegerType
{
    public static readonly Int32Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int32;

    /// <inheritdoc/>
    public override string Name => "int32";

    /// <inheritdoc/>
    public override int BitWidth => 32;

    /// <inheritdoc/>
    public override bool IsSigned => true;
}
