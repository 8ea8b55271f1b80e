namespace Emergence.Sinks.Kafka;

/// <summary>How the product talks to Kafka. Holds secrets: its text shows none.</summary>
public sealed record KafkaSettings
{
    /// <summary>Largest value of a message in bytes when none is chosen: under the broker's <c>message.max.bytes</c> of 1 048 588 with room for key and headers.</summary>
    public const int DefaultMessageBytes = 1_000_000;

    /// <summary>First brokers to ask, <c>host:port</c> separated by commas.</summary>
    public required string Servers { get; init; }

    /// <summary>Further properties of librdkafka by their names (<c>security.protocol</c>, <c>sasl.mechanism</c> …).</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The topics.</summary>
    public KafkaTopics Topics { get; init; } = new(KafkaTopics.DefaultPrefix);

    /// <summary>Largest value of a message in bytes; larger tables are split.</summary>
    public int MessageBytes { get; init; } = DefaultMessageBytes;

    /// <inheritdoc/>
    public override string ToString() => $"Kafka at {Servers}, topics {Topics.Prefix}.*";
}
