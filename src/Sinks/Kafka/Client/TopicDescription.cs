namespace Emergence.Sinks.Kafka.Client;

/// <summary>What the broker says of a topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="Replication">Least number of copies of a partition.</param>
/// <param name="Options">Topic options by the broker's names; empty when the broker does not tell.</param>
public sealed record TopicDescription(string Name, int Partitions, int Replication, IReadOnlyDictionary<string, string> Options);
