namespace Emergence.Sinks.Kafka.Client;

/// <summary>What a topic shall be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="Replication">Copies of each partition; -1 leaves it to the broker.</param>
/// <param name="Options">Topic options by the broker's names, such as <c>cleanup.policy</c>.</param>
public sealed record TopicPlan(string Name, int Partitions, short Replication, IReadOnlyDictionary<string, string> Options);
