namespace Emergence.Sinks.Kafka.Client;

/// <summary>A message to be sent.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Key">Its key; the same key goes to the same partition.</param>
/// <param name="Value">Its bytes; not changed until the call that takes it has ended.</param>
/// <param name="Headers">Its headers, in order.</param>
public sealed record KafkaMessage(string Topic, string Key, ReadOnlyMemory<byte> Value, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Its partition; null (default) for the one that follows from the key.</summary>
    public int? Partition { get; init; }
}
