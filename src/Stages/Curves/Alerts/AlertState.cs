namespace Emergence.Stages.Curves.Alerts;

/// <summary>
/// The alert rule of METRICS for one curve: it is above its permutation null's 99th percentile at 2 of 3 consecutive checkpoints.
/// The alert belongs to the checkpoint at which that first holds and is given once.
/// </summary>
/// <param name="Recent">The last three observations, oldest first; fewer at the start.</param>
/// <param name="Seen">Observations so far.</param>
/// <param name="AlertStep">Step of the alert; null while there has been none.</param>
internal sealed record AlertState(IReadOnlyList<AlertObservation> Recent, long Seen, long? AlertStep)
{
    /// <summary>How many consecutive checkpoints are looked at.</summary>
    public const int Window = 3;

    /// <summary>At how many of them the curve must be above.</summary>
    public const int Needed = 2;

    /// <summary>Before the first checkpoint.</summary>
    public static AlertState Start { get; } = new([], 0, null);

    /// <summary>Whether the alert is given at the newest observation.</summary>
    public bool FiresNow => AlertStep is { } step && Recent.Count > 0 && step == Recent[^1].Step;

    /// <summary>
    /// Whether the alert given now is left-censored: the run's very first checkpoint is one of those that were above, so the category may
    /// have emerged at any time before it.
    /// </summary>
    public bool LeftCensored => FiresNow && Seen <= Window && Recent[0].Above;

    /// <summary>The state after one more checkpoint.</summary>
    public AlertState Next(AlertObservation observation)
    {
        AlertObservation[] recent = [.. Recent.Skip(Recent.Count == Window ? 1 : 0), observation];
        var holds = recent.Count(o => o.Above) >= Needed;
        return new AlertState(recent, Seen + 1, AlertStep ?? (holds ? observation.Step : null));
    }
}
