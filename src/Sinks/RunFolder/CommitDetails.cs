namespace Emergence.Sinks.RunFolder;

/// <summary>What a commit records beside the rows.</summary>
/// <param name="ModelHash">Hash of the checkpoint's weights: tells a copy of another step.</param>
/// <param name="LmLoss">Language-model loss on the fixed batch, nats per token; null when it is not measured.</param>
/// <param name="Seconds">Seconds by stage; differ from run to run.</param>
/// <param name="Counts">Numbers of things done, such as tokens trained on; the same in every run.</param>
/// <param name="Shards">SHA-256 of each weight file by its name; null when it is not known.</param>
/// <param name="WeightDistance">Relative distance of the weights from those of the used step before; null at the first.</param>
public sealed record CommitDetails(string ModelHash, double? LmLoss, IReadOnlyDictionary<string, double> Seconds, IReadOnlyDictionary<string, long> Counts, IReadOnlyDictionary<string, string>? Shards = null, double? WeightDistance = null)
{
    /// <summary>Checkpoints that had arrived and waited when this one was committed.</summary>
    public int Waiting { get; init; }

    /// <summary>Seconds from the checkpoint's arrival to its commit.</summary>
    public double LagSeconds { get; init; }

    /// <summary>
    /// Whether the checkpoint came late and was measured beside the history: it may lie before the newest step, has no state, and
    /// no other step depends on it.
    /// </summary>
    public bool Inserted { get; init; }
}
