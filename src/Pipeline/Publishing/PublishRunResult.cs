using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Publishing;

/// <summary>What publishing a recorded run has come to.</summary>
/// <param name="Run">Run name.</param>
/// <param name="Sent">Commits that were published, or with a plan those that would be, in order.</param>
/// <param name="Messages">Messages of their tables.</param>
/// <param name="Bytes">Bytes of the messages' values.</param>
/// <param name="Before">Commits of the folder that were published before.</param>
/// <param name="Unpublished">Commits that are only in the run folder.</param>
/// <param name="LastStep">Step of the newest commit that is published; null when there is none.</param>
/// <param name="Interrupted">Whether it was told to stop before its end.</param>
public sealed record PublishRunResult(
    string Run, IReadOnlyList<CommitEntry> Sent, long Messages, long Bytes, int Before, int Unpublished, long? LastStep, bool Interrupted);
