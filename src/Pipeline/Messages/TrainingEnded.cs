using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Messages;

/// <summary>Barrier. The training stream of a checkpoint has passed; its probe set follows.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">The checkpoint's ledger.</param>
public sealed class TrainingEnded(LeaseCounter leases, CheckpointWork work) : BarrierMessage(leases)
{
    /// <summary>The checkpoint's ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <inheritdoc/>
    public override Message Share() => new TrainingEnded(Leases, Work);

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step} trained";
}
