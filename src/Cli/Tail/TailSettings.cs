using Emergence.Cli.Options;

namespace Emergence.Cli.Tail;

/// <summary>What <c>tail</c> was asked for.</summary>
/// <param name="Table">The table.</param>
/// <param name="Query">Which of its rows.</param>
/// <param name="Json">Whether as JSON.</param>
/// <param name="Arrow">Whether as an Arrow stream.</param>
/// <param name="Kafka">The brokers; null for a run folder.</param>
/// <param name="Folder">The run folder; null for brokers.</param>
internal sealed record TailSettings(TailTable Table, TailQuery Query, bool Json, bool Arrow, KafkaChoice? Kafka, string? Folder);
