namespace Apache.Arrow.Types;

/// <summary>Signed, 16 bits.</summary>
public sealed class Int16Type : IntegerType
{
    public static readonly Int16Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int16;

    /// <inheritdoc/>
    public override string Name => "int16";

    /// <inheritdoc/>
    public override int BitWidth => 16;

    /// <inheritdoc/>
    public override bool IsSigned => true;
}
