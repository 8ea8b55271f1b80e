using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Messages;

/// <summary>Barrier. Every batch of a checkpoint has passed, or none did because it was refused.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">The checkpoint's ledger.</param>
public sealed class CheckpointRead(LeaseCounter leases, CheckpointWork work) : BarrierMessage(leases)
{
    /// <summary>The checkpoint's ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <inheritdoc/>
    public override Message Share() => new CheckpointRead(Leases, Work);

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step} read";
}
