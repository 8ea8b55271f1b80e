namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint that is there and not yet handed on.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="ChangedAt">When its files were last seen to have changed.</param>
/// <param name="Reason">What it waits for, one clause.</param>
public sealed record PendingCheckpoint(long Step, string Folder, DateTimeOffset ChangedAt, string Reason);
