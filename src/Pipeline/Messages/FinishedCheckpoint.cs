using Emergence.Pipeline.Flow;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Messages;

/// <summary>A checkpoint whose rows are ready to be committed.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">The checkpoint's ledger.</param>
/// <param name="result">Its rows.</param>
/// <param name="histories">What each watched layer's history holds after this checkpoint, as <c>LayerHistory.Save</c> writes it; none for an inserted one, which is part of no history.</param>
public sealed class FinishedCheckpoint(LeaseCounter leases, CheckpointWork work, CheckpointResult result, IReadOnlyList<byte[]> histories) : Message(leases)
{
    /// <summary>The checkpoint's ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <summary>Its rows.</summary>
    public CheckpointResult Result { get; } = result;

    /// <summary>History state per watched layer; empty for an inserted checkpoint.</summary>
    public IReadOnlyList<byte[]> Histories { get; } = histories;

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step} finished";
}
