using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint is not used.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Reason">Why.</param>
/// <param name="Problem">What is wrong with it and how to mend it.</param>
public sealed record RefusedCheckpoint(long Step, string Folder, DateTimeOffset At, RefusalReason Reason, BadInputException Problem) : CheckpointArrival(Step, Folder, At)
{
    /// <summary>The event that tells of it.</summary>
    /// <returns>A row of the table <c>events</c>.</returns>
    public EventRow ToEvent() => CheckpointEvents.Refused(Step, Reason, Problem);

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} refused ({Reason}): {Problem.Message}";
}
