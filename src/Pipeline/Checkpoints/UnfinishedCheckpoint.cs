using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// A checkpoint has not been whole for a while and is still waited for. Told once, so that a person who waits with it learns what
/// is missing; it is no event of the run.
/// </summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When it was told.</param>
/// <param name="Problem">What is missing and how to mend it.</param>
public sealed record UnfinishedCheckpoint(long Step, string Folder, DateTimeOffset At, BadInputException Problem) : CheckpointArrival(Step, Folder, At)
{
    /// <inheritdoc/>
    public override string ToString() => $"step {Step} is not whole yet: {Problem.Message}";
}
