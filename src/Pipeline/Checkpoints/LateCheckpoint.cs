using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint became whole after a later step had been handed on; it is not used, as SAEs train in step order.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When it was found.</param>
/// <param name="NewestStep">The newest step that had been handed on.</param>
public sealed record LateCheckpoint(long Step, string Folder, DateTimeOffset At, long NewestStep) : CheckpointArrival(Step, Folder, At)
{
    /// <summary>The event that tells of it.</summary>
    /// <returns>A row of the table <c>events</c>.</returns>
    public EventRow ToEvent() => CheckpointEvents.Late(Step, Folder, NewestStep);

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} late, after step {NewestStep}";
}
