namespace Apache.Arrow.Types;

/// <summary>An IEEE 754 number.</summary>
public abstract class FloatingPointType : NumberType
{
    /// <summary>Its precision.</summary>
    public enum PrecisionKind
    {
        Half,
        Single,
        Double,
    }

    /// <summary>Its precision.</summary>
    public abstract PrecisionKind Precision { get; }
}
