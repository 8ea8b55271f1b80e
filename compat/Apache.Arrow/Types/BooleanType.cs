namespace Apache.Arrow.Types;

/// <summary>A truth value, one bit each.</summary>
public sealed class BooleanType : NumberType
{
    public static readonly BooleanType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Boolean;

    /// <inheritdoc/>
    public override string Name => "bool";

    /// <inheritdoc/>
    public override int BitWidth => 1;

    /// <inheritdoc/>
    public override bool IsSigned => false;
}
