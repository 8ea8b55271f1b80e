namespace Apache.Arrow.Types;

/// <summary>A type whose values all take the same number of bits.</summary>
public abstract class FixedWidthType : ArrowType
{
    /// <inheritdoc/>
    public override bool IsFixedWidth => true;

    /// <summary>Bits per value.</summary>
    public abstract int BitWidth { get; }
}
