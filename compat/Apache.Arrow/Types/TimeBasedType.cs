namespace Apache.Arrow.Types;

/// <summary>A type that counts ticks of a unit.</summary>
public abstract class TimeBasedType : FixedWidthType
{
    protected TimeBasedType(TimeUnit unit) => Unit = unit;

    /// <summary>What one tick is.</summary>
    public TimeUnit Unit { get; }
}
