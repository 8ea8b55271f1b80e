namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint is whole on the disk and next in step order.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When it was first seen whole.</param>
/// <param name="Progress">What its <c>trainer_state.json</c> says; null when it has none.</param>
public sealed record ArrivedCheckpoint(long Step, string Folder, DateTimeOffset At, TrainingProgress? Progress) : CheckpointArrival(Step, Folder, At)
{
    /// <summary>Tokens the language model had trained on; null when the checkpoint does not say.</summary>
    public long? TokensSeen => Progress?.TokensSeen;

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} in {Folder}";
}
