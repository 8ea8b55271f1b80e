namespace Emergence.TestBroker.Server;

/// <summary>What a broker shall be like; times as Kafka's defaults where a test would not have to wait for them.</summary>
public sealed record BrokerOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether a topic that a client asks for is created.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>Partitions of a topic that is created without saying how many.</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>Largest batch in bytes (<c>message.max.bytes</c>), for topics that do not say otherwise.</summary>
    public int MessageMaxBytes { get; init; } = 1_048_588;

    /// <summary>Longest time-out a producer may ask for its transactions.</summary>
    public TimeSpan MaxTransactionTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long after the end of a transaction is decided its markers are written. A real broker answers the commit before that, so a
    /// reader may still not see what was committed.
    /// </summary>
    public TimeSpan MarkerDelay { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Whether a producer that takes over an open transaction is first told CONCURRENT_TRANSACTIONS, as a real broker does. librdkafka then
    /// waits half a second, which hundreds of kills need not.
    /// </summary>
    public bool TakeoverAtOnce { get; init; }

    /// <summary>How long a new group waits for more members; Kafka's default is three seconds.</summary>
    public TimeSpan FirstRebalanceDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Time of transactions, sessions and rebalances. Long polls and delays are in real time, as the clients' are.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Ways in which it lies.</summary>
    public Cheats Cheats { get; init; }
}
