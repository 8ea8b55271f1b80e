using Emergence.Pipeline.Flow;
using Emergence.Stages.Activations.Streams;

namespace Emergence.Pipeline.Messages;

/// <summary>A step of an activation stream after inspection: accepted with its open files, or refused without.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">Its ledger; says why when it is refused.</param>
/// <param name="saved">Its files, owned by the message until taken; null when it is refused.</param>
public sealed class InspectedActivations(LeaseCounter leases, CheckpointWork work, SavedStep? saved) : Message(leases)
{
    private SavedStep? _saved = saved;

    /// <summary>Its ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <summary>Hands the files over to the caller, who disposes them.</summary>
    /// <returns>The files; null when the step is refused or they were taken before.</returns>
    public SavedStep? Take() => Interlocked.Exchange(ref _saved, null);

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step}{(Work.Refusal is null ? "" : " refused")}";

    /// <inheritdoc/>
    protected override void Release() => Take()?.Dispose();
}
