namespace Apache.Arrow.Types;

/// <summary>IEEE 754 single precision.</summary>
public sealed class FloatType : FloatingPointType
{
    public static readonly FloatType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Float;

    /// <inheritdoc/>
    public override string Name => "float";

    /// <inheritdoc/>
    public override int BitWidth => 32;

    /// <inheritdoc/>
    public override bool IsSigned => true;

    /// <inheritdoc/>
    public override PrecisionKind Precision => PrecisionKind.Single;
}
