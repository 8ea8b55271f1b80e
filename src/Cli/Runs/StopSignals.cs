namespace Emergence.Cli.Runs;

/// <summary>How a run is told to stop.</summary>
/// <param name="Drain">Take up nothing new, finish and commit what is in work (the first Ctrl+C).</param>
/// <param name="Abort">Give up what is in work too (the second Ctrl+C); what is committed stays.</param>
internal sealed record StopSignals(CancellationToken Drain, CancellationToken Abort);
