namespace Emergence.Sinks.RunFolder;

/// <summary>A commit in the order of committing.</summary>
/// <param name="Sequence">Its number in that order, from 1. Numbers are never used twice; those of replaced commits are missing.</param>
/// <param name="Step">Training step.</param>
/// <param name="Hash">SHA-256 of its <c>commit.json</c>, lower-case hexadecimal: tells the commit from every other.</param>
/// <param name="TokensSeen">Tokens the language model had trained on; null when the checkpoint does not say.</param>
/// <param name="Refused">Whether the checkpoint was refused.</param>
/// <param name="Inserted">Whether it came late and may lie before steps with lower numbers.</param>
/// <param name="CommittedAt">When, UTC.</param>
/// <param name="Replaced">The refusals in whose place it stands, oldest first.</param>
public sealed record CommitEntry(
    long Sequence, long Step, string Hash, long? TokensSeen, bool Refused, bool Inserted, DateTimeOffset CommittedAt, IReadOnlyList<ReplacedCommit> Replaced);
