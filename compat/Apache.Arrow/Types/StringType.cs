namespace Apache.Arrow.Types;

/// <summary>UTF-8 text with 32-bit offsets.</summary>
public sealed class StringType : ArrowType
{
    public static readonly StringType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.String;

    /// <inheritdoc/>
    public override string Name => "utf8";
}
