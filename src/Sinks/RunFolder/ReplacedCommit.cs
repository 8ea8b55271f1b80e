namespace Emergence.Sinks.RunFolder;

/// <summary>A refusal whose place another commit has taken, because the checkpoint was looked at again.</summary>
/// <param name="Sequence">Its number in the order of committing, which no other commit gets.</param>
/// <param name="Hash">SHA-256 of its <c>commit.json</c>, lower-case hexadecimal.</param>
public sealed record ReplacedCommit(long Sequence, string Hash);
