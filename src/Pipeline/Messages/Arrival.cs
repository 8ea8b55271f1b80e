using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Messages;

/// <summary>What the source says of a checkpoint: it arrived, came late, or cannot be used.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="checkpoint">What it says.</param>
public sealed class Arrival(LeaseCounter leases, CheckpointArrival checkpoint) : Message(leases)
{
    /// <summary>What the source says.</summary>
    public CheckpointArrival Checkpoint { get; } = checkpoint;

    /// <inheritdoc/>
    public override string ToString() => Checkpoint.ToString()!;
}
