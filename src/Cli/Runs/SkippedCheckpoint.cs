namespace Emergence.Cli.Runs;

/// <summary>A checkpoint that was not used.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Reason">Why.</param>
internal sealed record SkippedCheckpoint(long Step, string Reason);
