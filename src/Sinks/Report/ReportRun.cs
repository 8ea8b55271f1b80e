using Emergence.Stages.Curves;

namespace Emergence.Sinks.Report;

/// <summary>What a report shows.</summary>
/// <param name="Run">Run name.</param>
/// <param name="Model">Model name.</param>
/// <param name="Parameters">Number of parameters of the model.</param>
/// <param name="MetricsVersion">Version of the definitions behind the numbers.</param>
/// <param name="Facts">What was asked for, as name and value, in the order in which they are shown (SAE, seed, texts …).</param>
/// <param name="Checkpoints">Committed checkpoints; curves, health and events are used, features and firings may be empty.</param>
public sealed record ReportRun(
    string Run,
    string Model,
    long Parameters,
    string MetricsVersion,
    IReadOnlyList<KeyValuePair<string, string>> Facts,
    IReadOnlyList<CheckpointResult> Checkpoints)
{
    /// <summary>Events of checkpoints that were committed as not used: they have no other rows.</summary>
    public IReadOnlyList<EventRow> Unused { get; init; } = [];
}
