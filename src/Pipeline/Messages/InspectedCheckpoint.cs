using Emergence.Pipeline.Flow;
using Emergence.Stages.Models;

namespace Emergence.Pipeline.Messages;

/// <summary>A checkpoint after inspection: accepted with its model, or refused without one.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">Its ledger; says why when it is refused.</param>
/// <param name="model">Its model, owned by the message until taken; null when it is refused.</param>
public sealed class InspectedCheckpoint(LeaseCounter leases, CheckpointWork work, LanguageModel? model) : Message(leases)
{
    private LanguageModel? _model = model;

    /// <summary>Its ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <summary>Hands the model over to the caller, who disposes it.</summary>
    /// <returns>The model; null when the checkpoint is refused or the model was taken before.</returns>
    public LanguageModel? TakeModel() => Interlocked.Exchange(ref _model, null);

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step}{(Work.Refusal is null ? "" : " refused")}";

    /// <inheritdoc/>
    protected override void Release() => TakeModel()?.Dispose();
}
