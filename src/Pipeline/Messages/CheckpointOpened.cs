using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Messages;

/// <summary>Barrier. A checkpoint was accepted; its token batches follow.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">The checkpoint's ledger.</param>
public sealed class CheckpointOpened(LeaseCounter leases, CheckpointWork work) : BarrierMessage(leases)
{
    /// <summary>The checkpoint's ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <inheritdoc/>
    public override Message Share() => new CheckpointOpened(Leases, Work);

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step} opened";
}
