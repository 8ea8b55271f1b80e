namespace Apache.Arrow.Types;

/// <summary>IEEE 754 double precision.</summary>
public sealed class DoubleType : FloatingPointType
{
    public static readonly DoubleType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Double;

    /// <inheritdoc/>
    public override string Name => "double";

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <inheritdoc/>
    public override bool IsSigned => true;

    /// <inheritdoc/>
    public override PrecisionKind Precision => PrecisionKind.Double;
}
