namespace Apache.Arrow.Types;

/// <summary>Signed, 64 bits.</summary>
public sealed class Int64Type : IntegerType
{
    public static readonly Int64Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int64;

    /// <inheritdoc/>
    public override string Name => "int64";

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <inheritdoc/>
    public override bool IsSigned => true;
}
