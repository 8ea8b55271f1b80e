using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Telemetry;

namespace Emergence.Pipeline.Watching;

/// <summary>What an <see cref="OpenRun"/> is opened with.</summary>
internal sealed record OpenRunPlan
{
    public required WatchSettings Settings { get; init; }

    /// <summary>What the run is about; stays the caller's.</summary>
    public required RunSubject Subject { get; init; }

    /// <summary>What computes; stays the caller's.</summary>
    public required RunMachine Machine { get; init; }

    public required ProgressTeller Progress { get; init; }

    /// <summary>Measures what the stages do.</summary>
    public required RunTelemetry Telemetry { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>
    /// Opens the source, given the steps that earlier starts have dealt with. The queue is disposed with the run, unless it was the caller's before.
    /// </summary>
    public required Func<IReadOnlySet<long>, (ICheckpointSource Source, ArrivalQueue Arrivals)> Arrivals { get; init; }

    /// <summary>The layer group whose run this is; null for a run of its own.</summary>
    public GroupMark? Group { get; init; }

    /// <summary>Whether it is a layer group that is not the run's first, which is the one whose events without a layer are the run's.</summary>
    public bool IsLaterGroup { get; init; }
}
