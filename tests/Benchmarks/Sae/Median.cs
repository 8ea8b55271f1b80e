namespace Emergence.Benchmarks.Sae;

/// <summary>Medians.</summary>
internal static class Median
{
    /// <summary>The middle value; of an even number the mean of the middle two; NaN of none.</summary>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
