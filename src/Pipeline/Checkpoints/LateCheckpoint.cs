using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// A checkpoint became whole after a later step had been handed on. SAEs train in step order, so it is not used, unless the run
/// inserts late ones beside its history.
/// </summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When it was found.</param>
/// <param name="NewestStep">The newest step that had been handed on.</param>
public sealed record LateCheckpoint(long Step, string Folder, DateTimeOffset At, long NewestStep) : CheckpointArrival(Step, Folder, At)
{
    /// <summary>What its <c>trainer_state.json</c> says; null when it has none.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>The event that tells of it.</summary>
    /// <param name="inserted">Whether it is measured all the same.</param>
    /// <returns>A row of the table <c>events</c>.</returns>
    public EventRow ToEvent(bool inserted = false) =>
        inserted ? CheckpointEvents.Inserted(Step, Folder, NewestStep) : CheckpointEvents.Late(Step, Folder, NewestStep);

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} late, after step {NewestStep}";
}
