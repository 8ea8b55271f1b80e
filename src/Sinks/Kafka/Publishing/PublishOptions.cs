using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>What a <see cref="RunPublisher"/> publishes.</summary>
public sealed record PublishOptions
{
    /// <summary>The topics.</summary>
    public required KafkaTopics Topics { get; init; }

    /// <summary>Largest value of a message in bytes; larger tables are split.</summary>
    public int MessageBytes { get; init; } = KafkaSettings.DefaultMessageBytes;

    /// <summary>Layer group whose run folder this is; null (default) for a run that one process publishes.</summary>
    public string? Group { get; init; }

    /// <summary>Which layers' rows are published, null standing for rows that concern no layer; null (default) for all.</summary>
    public Predicate<int?>? Layers { get; init; }

    /// <summary>Further messages of a commit's transaction, made anew for each attempt; null (default) for none.</summary>
    public Func<CommitEntry, IEnumerable<KafkaMessage>>? Besides { get; init; }

    /// <summary>Publishes again what is published: the cursor is set back before the first commit, or before the first of <see cref="FromStep"/> or a later step.</summary>
    public bool Again { get; init; }

    /// <summary>Where <see cref="Again"/> begins; null (default) is the first commit.</summary>
    public long? FromStep { get; init; }

    /// <summary>How long the broker may be away without a break before publishing is given up with <see cref="BrokerAwayException"/>; null (default) is for ever.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>How long the broker keeps a transaction open; a commit that does not go through within three quarters of it is begun again.</summary>
    public TimeSpan TransactionTimeout { get; init; } = KafkaSettings.DefaultTransactionTimeout;

    /// <summary>Names of the brokers, for messages.</summary>
    public string Servers { get; init; } = "";

    /// <summary>The program that publishes, and its version.</summary>
    public required string Producer { get; init; }

    /// <summary>Options for the settings of a client.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="producer">The program that publishes, and its version.</param>
    public static PublishOptions For(KafkaSettings settings, string producer) =>
        new() { Servers = settings.Servers, Topics = settings.Topics, MessageBytes = settings.MessageBytes, TransactionTimeout = settings.TransactionTimeout, Producer = producer };
}
