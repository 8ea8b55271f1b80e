namespace Emergence.Sinks.Kafka.Topics;

/// <summary>How topics are created.</summary>
/// <param name="Create">Whether those that are not there are created.</param>
/// <param name="Partitions">Partitions of each topic with keys of layers; <c>commits</c> and <c>state</c> have them too. Null: <see cref="DefaultPartitions"/>.</param>
/// <param name="Replication">Copies of each partition; null leaves it to the broker.</param>
public sealed record TopicOptions(bool Create, int? Partitions, int? Replication)
{
    /// <summary>Partitions when none are chosen: as many layers can be read, and worked on, at once.</summary>
    public const int DefaultPartitions = 8;

    /// <summary>Most partitions of a topic that may be asked for.</summary>
    public const int MaxPartitions = 10_000;

    /// <summary>Nothing is created.</summary>
    public static TopicOptions None { get; } = new(false, null, null);
}
