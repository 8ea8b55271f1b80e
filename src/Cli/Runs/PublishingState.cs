namespace Emergence.Cli.Runs;

/// <summary>How far a run is published, as it has told.</summary>
/// <param name="LastStep">Step of the newest commit that is published; null when there is none or nobody could say.</param>
/// <param name="Unpublished">Commits that were known to be only in the run folder.</param>
/// <param name="LiveLost">Messages of partial curves that were lost; counted when the run ends.</param>
/// <param name="AwaySince">Since when the broker does not answer; null while it does.</param>
internal sealed record PublishingState(long? LastStep, int Unpublished, long LiveLost, DateTimeOffset? AwaySince);
