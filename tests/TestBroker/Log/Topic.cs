namespace Emergence.TestBroker.Log;

/// <summary>A topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Its partitions.</param>
/// <param name="Options">The options it was created with, by Kafka's names.</param>
internal sealed record Topic(string Name, IReadOnlyList<PartitionLog> Partitions, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Whether every record must have a key. Nothing is compacted here.</summary>
    public bool IsCompacted => TopicOptions.Value(Options, "cleanup.policy").Contains("compact", StringComparison.Ordinal);

    /// <summary>Largest batch in bytes.</summary>
    public int MaxMessageBytes(int brokers) => Options.TryGetValue("max.message.bytes", out var own) ? int.Parse(own) : brokers;
}
