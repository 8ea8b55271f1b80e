using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Progress;

/// <summary>A commit is in Kafka's topics.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Messages">Messages of its tables.</param>
/// <param name="Waiting">Commits that wait to be published; 0 when publishing has caught up.</param>
public sealed record StepPublished(long Step, int Messages, int Waiting) : WatchEvent;

/// <summary>The broker does not answer: work goes on into the run folder.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">What its client says.</param>
public sealed record BrokerLost(DateTimeOffset Since, string Reason) : WatchEvent;

/// <summary>The broker answers again, and what was committed meanwhile is published.</summary>
/// <param name="Since">Since when it was away.</param>
public sealed record BrokerFound(DateTimeOffset Since) : WatchEvent;

/// <summary>Publishing has ended, as the run has.</summary>
/// <param name="LastStep">Step of the newest commit that is published; null when there is none or nobody could say.</param>
/// <param name="Unpublished">Commits that are only in the run folder.</param>
/// <param name="LiveLost">Messages of partial curves that were lost.</param>
public sealed record PublishingEnded(long? LastStep, int Unpublished, long LiveLost) : WatchEvent;

/// <summary>A layer's curves are computed; they are committed with the checkpoint's other layers.</summary>
/// <param name="Step">Training step.</param>
/// <param name="TokensSeen">Tokens the language model had trained on, when the checkpoint says so.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Curves">Its rows.</param>
public sealed record LayerCurvesComputed(long Step, long? TokensSeen, int Layer, IReadOnlyList<CurveRow> Curves) : WatchEvent;
