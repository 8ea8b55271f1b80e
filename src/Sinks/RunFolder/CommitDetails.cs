namespace Emergence.Sinks.RunFolder;

/// <summary>What a commit records beside the rows.</summary>
/// <param name="ModelHash">Hash of the checkpoint's weights: tells a copy of another step.</param>
/// <param name="LmLoss">Language-model loss on the fixed batch, nats per token.</param>
/// <param name="Seconds">Seconds by stage; differ from run to run.</param>
/// <param name="Counts">Numbers of things done, such as tokens trained on; the same in every run.</param>
public sealed record CommitDetails(string ModelHash, double LmLoss, IReadOnlyDictionary<string, double> Seconds, IReadOnlyDictionary<string, long> Counts);
