namespace Emergence.Cli.Runs;

/// <summary>How far a run is published.</summary>
/// <param name="Step">Step of the newest commit that is published; null when there is none or nobody could say.</param>
/// <param name="Unpublished">Commits that are only in the run folder.</param>
/// <param name="LiveLost">Messages of partial curves that were lost.</param>
internal sealed record PublishedPart(long? Step, int Unpublished, long LiveLost);
