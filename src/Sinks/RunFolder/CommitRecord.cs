namespace Emergence.Sinks.RunFolder;

/// <summary>What is known of a committed step (<c>commit.json</c>).</summary>
/// <param name="Step">Training step.</param>
/// <param name="PreviousStep">The step committed before, inserted ones not counted; null at the first and at an inserted one.</param>
/// <param name="TokensSeen">Tokens the language model had trained on; null when the checkpoint does not say.</param>
/// <param name="Refused">Whether the checkpoint was refused: its one event says why, the other tables are empty, and it left no state.</param>
/// <param name="ModelHash">Hash of the checkpoint's weights; empty when a refused one's could not be read.</param>
/// <param name="LmLoss">Language-model loss on the fixed batch, nats per token; null when it was refused or is not known.</param>
/// <param name="CommittedAt">When, UTC.</param>
/// <param name="Seconds">Seconds by stage.</param>
/// <param name="Counts">Numbers of things done, and of the rows of each table (<c>rows_curves</c> …).</param>
/// <param name="Files">Every file of the step but <c>commit.json</c>. Those below <c>state/</c> are removed once a later step is committed.</param>
/// <param name="Shards">SHA-256 of each weight file by its name; null in a refused step's and an older version's.</param>
/// <param name="WeightDistance">Relative distance of the weights from those of the used step before; null at the first.</param>
public sealed record CommitRecord(
    long Step,
    long? PreviousStep,
    long? TokensSeen,
    bool Refused,
    string ModelHash,
    double? LmLoss,
    DateTimeOffset CommittedAt,
    IReadOnlyDictionary<string, double> Seconds,
    IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<CommittedFile> Files,
    IReadOnlyDictionary<string, string>? Shards = null,
    double? WeightDistance = null)
{
    /// <summary>Checkpoints that had arrived and waited when this one was committed.</summary>
    public int Waiting { get; init; }

    /// <summary>Seconds from the checkpoint's arrival to its commit; 0 when it was refused.</summary>
    public double LagSeconds { get; init; }

    /// <summary>Whether the checkpoint came late and was measured beside the history: it has no state, and no other step depends on it.</summary>
    public bool Inserted { get; init; }

    /// <summary>
    /// Number of the commit in the order of committing, from 1; never used twice. 0 in a step of an older version: <see cref="CommitEntry"/>
    /// has a number for those too.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>The refusals of the same checkpoint in whose place this commit stands, oldest first; null when there is none.</summary>
    public IReadOnlyList<ReplacedCommit>? Replaced { get; init; }
}
