namespace Emergence.Pipeline.Checkpoints;

/// <summary>What a source says of one checkpoint.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When that was found.</param>
public abstract record CheckpointArrival(long Step, string Folder, DateTimeOffset At);
