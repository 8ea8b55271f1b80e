namespace Apache.Arrow.Types;

/// <summary>Bytes with 32-bit offsets.</summary>
public sealed class BinaryType : ArrowType
{
    public static readonly BinaryType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Binary;

    /// <inheritdoc/>
    public override string Name => "binary";
}
