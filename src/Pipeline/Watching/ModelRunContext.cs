using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>What the stages of a run over models may read besides.</summary>
internal sealed class ModelRunContext : RunContext
{
    public required RunModel Model { get; init; }

    public required RunTexts Texts { get; init; }

    public required ModelPlacement Placement { get; init; }

    /// <summary>The training stream from its beginning.</summary>
    /// <param name="warm">Whether the SAEs start from an earlier checkpoint's.</param>
    public IEnumerable<TokenBatch> TrainingBatches(bool warm) =>
        Texts.Training.Batches(Settings.BatchRows, Settings.Context, count: TrainingTokens(warm) / Settings.BatchTokens);

    /// <summary>The probe set in order.</summary>
    public IEnumerable<TokenBatch> ProbeBatches() => Emergence.Stages.Tokens.ProbeBatches.Of(Probe, Settings.BatchRows, Settings.Context);
}
