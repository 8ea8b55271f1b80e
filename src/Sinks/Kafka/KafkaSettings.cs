using System.Globalization;

namespace Emergence.Sinks.Kafka;

/// <summary>How the product talks to Kafka. Holds secrets: its text shows none.</summary>
public sealed record KafkaSettings
{
    /// <summary>Largest value of a message in bytes when none is chosen: under the broker's <c>message.max.bytes</c> of 1 048 588 with room for key and headers.</summary>
    public const int DefaultMessageBytes = 1_000_000;

    /// <summary>How long the broker keeps a transaction open when nothing else is chosen.</summary>
    public static readonly TimeSpan DefaultTransactionTimeout = TimeSpan.FromSeconds(60);

    internal const string TransactionTimeoutProperty = "transaction.timeout.ms";

    /// <summary>First brokers to ask, <c>host:port</c> separated by commas.</summary>
    public required string Servers { get; init; }

    /// <summary>Further properties of librdkafka by their names (<c>security.protocol</c>, <c>sasl.mechanism</c> …).</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The topics.</summary>
    public KafkaTopics Topics { get; init; } = new(KafkaTopics.DefaultPrefix);

    /// <summary>Largest value of a message in bytes; larger tables are split.</summary>
    public int MessageBytes { get; init; } = DefaultMessageBytes;

    /// <summary>
    /// How long the broker keeps a transaction open: property <c>transaction.timeout.ms</c>, a minute when it is not given. A checkpoint must
    /// go through within three quarters of it; readers of what is committed wait as long for a program that died and does not come back.
    /// </summary>
    public TimeSpan TransactionTimeout =>
        Properties.TryGetValue(TransactionTimeoutProperty, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : DefaultTransactionTimeout;

    /// <inheritdoc/>
    public override string ToString() => $"Kafka at {Servers}, topics {Topics.Prefix}.*";
}
