using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>What every stage of a run may read: fixed when the run opens. One <see cref="LeaseCounter"/> counts all its messages.</summary>
internal sealed class RunContext
{
    public required WatchSettings Settings { get; init; }

    public required RunModel Model { get; init; }

    public required RunTexts Texts { get; init; }

    /// <summary>Watched layers, ascending.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    public required ModelPlacement Placement { get; init; }

    public required DeviceScheduler Device { get; init; }

    public required ProgressTeller Progress { get; init; }

    public required TimeProvider Time { get; init; }

    public LeaseCounter Leases { get; } = new();

    /// <summary>Tokens of one batch of full rows.</summary>
    public long BatchTokens => (long)Settings.BatchRows * Settings.Context;

    /// <summary>Tokens each SAE trains on at a checkpoint: whole batches, at least one.</summary>
    /// <param name="warm">Whether the SAEs start from an earlier checkpoint's.</param>
    public long TrainingTokens(bool warm) => BatchTokens * Math.Max(1, (long)Math.Ceiling((warm ? Settings.Budget * Settings.WarmFraction : Settings.Budget) / BatchTokens));

    /// <summary>The training stream from its beginning.</summary>
    /// <param name="warm">Whether the SAEs start from an earlier checkpoint's.</param>
    public IEnumerable<TokenBatch> TrainingBatches(bool warm) =>
        Texts.Training.Batches(Settings.BatchRows, Settings.Context, count: TrainingTokens(warm) / BatchTokens);

    /// <summary>The probe set in order.</summary>
    public IEnumerable<TokenBatch> ProbeBatches() => Emergence.Stages.Tokens.ProbeBatches.Of(Texts.Probe, Settings.BatchRows, Settings.Context);
}
