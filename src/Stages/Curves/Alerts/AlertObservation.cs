namespace Emergence.Stages.Curves.Alerts;

/// <summary>What one checkpoint says about one curve.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Value">best_f1.</param>
/// <param name="Threshold">The 99th percentile of best_f1 under permuted labels.</param>
internal readonly record struct AlertObservation(long Step, double Value, double Threshold)
{
    /// <summary>Strictly above: a curve equal to its null says nothing.</summary>
    public bool Above => Value > Threshold;
}
