using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>What is sent in one transaction.</summary>
/// <param name="Commit">The commit; null when there are only offsets.</param>
/// <param name="Offsets">The offsets that are part of it; null when there are none.</param>
internal sealed record PublishStep(CommitEntry? Commit, OffsetsToCommit? Offsets)
{
    /// <summary>Messages that were sent, the notice not counted.</summary>
    public int Messages { get; set; }

    /// <summary>Bytes of their values.</summary>
    public long Bytes { get; set; }
}
