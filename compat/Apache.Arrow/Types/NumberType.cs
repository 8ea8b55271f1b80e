namespace Apache.Arrow.Types;

/// <summary>A number or truth value.</summary>
public abstract class NumberType : FixedWidthType
{
    /// <summary>Whether values below zero exist.</summary>
    public abstract bool IsSigned { get; }
}
