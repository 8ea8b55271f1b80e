using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint is whole and is not used, because the reader has fallen behind and takes a later one (<see cref="BehindPolicy"/>).</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When it was first seen whole.</param>
/// <param name="Waiting">How many checkpoints waited when the reader took the next one, this one and the one that was taken among them.</param>
/// <param name="TakenStep">The step that was taken instead.</param>
public sealed record PassedOverCheckpoint(long Step, string Folder, DateTimeOffset At, int Waiting, long TakenStep) : CheckpointArrival(Step, Folder, At)
{
    /// <summary>The event that tells of it.</summary>
    /// <returns>A row of the table <c>events</c>.</returns>
    public EventRow ToEvent() => CheckpointEvents.PassedOver(Step, Waiting, TakenStep);

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} passed over for step {TakenStep}";
}
