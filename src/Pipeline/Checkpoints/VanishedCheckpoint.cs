using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint was whole and had been deleted when its turn came, as trainers that keep only the newest ones do.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">The folder it had.</param>
/// <param name="At">When it was found missing.</param>
public sealed record VanishedCheckpoint(long Step, string Folder, DateTimeOffset At) : CheckpointArrival(Step, Folder, At)
{
    /// <summary>The event that tells of it.</summary>
    /// <returns>A row of the table <c>events</c>.</returns>
    public EventRow ToEvent() => CheckpointEvents.Vanished(Step, Folder);

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} vanished";
}
