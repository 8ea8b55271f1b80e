namespace Emergence.Stages.Curves;

/// <summary>A column of which values may be missing.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
/// <param name="Values">The values; default where one is missing.</param>
/// <param name="Present">A bit for each, the lowest of a byte first, set where it is there; not looked at where none is missing.</param>
/// <param name="Missing">How many are missing.</param>
public readonly record struct OptionalValues<T>(ReadOnlyMemory<T> Values, ReadOnlyMemory<byte> Present, int Missing)
    where T : struct
{
    /// <summary>A value; null where it is missing.</summary>
    /// <param name="index">Its place.</param>
    public T? this[int index] => IsPresent(index) ? Values.Span[index] : null;

    /// <summary>Whether a value is there.</summary>
    /// <param name="index">Its place.</param>
    public bool IsPresent(int index) => Missing == 0 || (Present.Span[index >> 3] & (1 << (index & 7))) != 0;
}
