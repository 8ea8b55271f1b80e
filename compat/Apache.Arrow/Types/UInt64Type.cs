namespace Apache.Arrow.Types;

/// <summary>Unsigned, 64 bits.</summary>
public sealed class UInt64Type : IntegerType
{
    public static readonly UInt64Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.UInt64;

    /// <inheritdoc/>
    public override string Name => "uint64";

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <inheritdoc/>
    public override bool IsSigned => false;
}
