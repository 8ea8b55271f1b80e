namespace Emergence.Stages.Curves.Resampling;

/// <summary>The two estimators of quantiles that are published.</summary>
internal static class Quantile
{
    /// <summary>
    /// The quantile at level <paramref name="level"/> of sorted values with linear interpolation between order statistics at
    /// position <c>level · (n − 1)</c> (type 7 of Hyndman and Fan 1996): used for the ends of bootstrap intervals.
    /// </summary>
    public static double Interpolated(ReadOnlySpan<double> sorted, double level)
    {
        var position = level * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }

    /// <summary>
    /// The <c>⌈level · (n + 1)⌉</c>-th smallest of n sorted values under the null: a statistic that is exchangeable with them exceeds
    /// it with chance at most 1 − level, whatever its distribution (of 100 permutations it is the greatest, exceeded with
    /// chance 1 in 101; of 199 the second greatest, exceeded with chance 2 in 200).
    /// </summary>
    public static double NullUpper(ReadOnlySpan<double> sorted, double level)
    {
        // The subtraction keeps 0.99 · 100 = 99.00000000000001 from counting as 100.
        var rank = (int)Math.Ceiling(level * (sorted.Length + 1) - 1e-9);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, sorted.Length);
        return sorted[rank - 1];
    }
}
