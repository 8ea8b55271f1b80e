namespace Emergence.Sinks.Kafka.Client;

/// <summary>A message to be sent.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Key">Its key; the same key goes to the same partition.</param>
/// <param name="Value">Its bytes; not changed until the call that takes it has ended.</param>
/// <param name="Headers">Its headers, in order.</param>
public sealed record KafkaMessage(string Topic, string Key, ReadOnlyMemory<byte> Value, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>A message that has no value: what stood under its key before is of no use any more.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="key">Its key.</param>
    /// <param name="headers">Its headers, in order.</param>
    public static KafkaMessage Tombstone(string topic, string key, IReadOnlyList<KeyValuePair<string, string>> headers) => new(topic, key, default, headers);

    /// <summary>Whether it has no value, which is not the same as an empty one.</summary>
    public bool IsTombstone => Value.Equals(default);

    /// <summary>Its partition; null (default) for the one that follows from the key.</summary>
    public int? Partition { get; init; }
}
