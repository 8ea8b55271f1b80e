namespace Emergence.Sinks.Kafka.Client;

/// <summary>A message that was read. All of it comes from outside and is to be checked.</summary>
/// <param name="Place">Where it lies.</param>
/// <param name="Key">Its key; null when it has none or one that is not UTF-8.</param>
/// <param name="Value">Its bytes; null for a tombstone.</param>
/// <param name="Headers">Its headers, in order; one whose value is not UTF-8 is left out.</param>
/// <param name="At">When it was written, as the broker or the producer says.</param>
public sealed record ReceivedMessage(MessagePlace Place, string? Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, string>> Headers, DateTimeOffset At)
{
    /// <summary>The last value of a header; null when it is not there.</summary>
    /// <param name="name">Its name.</param>
    public string? Header(string name) => Headers.LastOrDefault(header => header.Key == name).Value;
}
