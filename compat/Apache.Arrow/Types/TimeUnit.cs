namespace Apache.Arrow.Types;

/// <summary>What one tick of a time is.</summary>
public enum TimeUnit
{
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}
