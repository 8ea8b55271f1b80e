using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>What every stage of a run may read: fixed when the run opens. One <see cref="LeaseCounter"/> counts all its messages.</summary>
internal class RunContext
{
    public required WatchSettings Settings { get; init; }

    /// <summary>The labelled tokens, or rows, that are measured at every checkpoint.</summary>
    public required ProbeSet Probe { get; init; }

    /// <summary>Watched layers, ascending.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    public required DeviceScheduler Device { get; init; }

    public required ProgressTeller Progress { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Whether a checkpoint that was accepted can still fail, while the SAEs train on it.</summary>
    public bool ReadsWhileTraining { get; init; }

    public LeaseCounter Leases { get; } = new();

    /// <summary>Tokens each SAE trains on at a checkpoint: whole batches, at least one.</summary>
    /// <param name="warm">Whether the SAEs start from an earlier checkpoint's.</param>
    public long TrainingTokens(bool warm)
    {
        var batch = Settings.BatchTokens;
        return batch * Math.Max(1, (long)Math.Ceiling((warm ? Settings.Budget * Settings.WarmFraction : Settings.Budget) / batch));
    }
}
