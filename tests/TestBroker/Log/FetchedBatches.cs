namespace Emergence.TestBroker.Log;

/// <summary>What a partition has for a reader.</summary>
/// <param name="Batches">Whole batches, the first of which may begin before the offset asked for.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="Aborted">Aborted transactions among them; null for readers of everything.</param>
internal sealed record FetchedBatches(IReadOnlyList<RecordBatch> Batches, int Bytes, IReadOnlyList<AbortedTransaction>? Aborted);
