using System.Globalization;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>The properties of each kind of client. Every call makes a dictionary of its own: the library's configuration objects share theirs.</summary>
internal sealed class ClientProperties
{
    private readonly KafkaSettings _settings;
    private readonly string _servers;

    /// <summary>Takes what the user asked for.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="servers">The brokers; of an embedded cluster its own.</param>
    public ClientProperties(KafkaSettings settings, string servers) => (_settings, _servers) = (settings, servers);

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>For a client that only asks.</summary>
    public Dictionary<string, string> Admin() => Merge(new() { });

    /// <summary>For a producer of transactions.</summary>
    /// <param name="transactionalId">Its id.</param>
    public Dictionary<string, string> Transactional(string transactionalId) => Merge(
        new()
        {
            [KafkaSettings.TransactionTimeoutProperty] = Whole((long)KafkaSettings.DefaultTransactionTimeout.TotalMilliseconds),
            // Messages come in bursts, a checkpoint at a time; the commit flushes what lingers.
            ["linger.ms"] = "20",
            ["batch.size"] = Whole(Math.Max(1_000_000, MaxMessage)),
            ["queue.buffering.max.messages"] = Whole(Limits.QueuedMessages),
            ["queue.buffering.max.kbytes"] = Whole(Math.Max(Limits.QueuedKilobytes, 4L * MaxMessage / 1024)),
        },
        new()
        {
            ["transactional.id"] = transactionalId,
            ["enable.idempotence"] = "true",
            ["acks"] = "all",
            ["partitioner"] = Partitioner,
            ["message.max.bytes"] = Whole(MaxMessage),
            ["dotnet.producer.delivery.report.fields"] = "none",
        });

    /// <summary>For a producer whose messages may be lost.</summary>
    public Dictionary<string, string> BestEffort() => Merge(
        new()
        {
            ["linger.ms"] = "20",
            ["message.timeout.ms"] = Whole(Limits.BestEffortTimeoutMs),
            ["queue.buffering.max.messages"] = "1000",
            ["queue.buffering.max.kbytes"] = Whole(Math.Max(Limits.BestEffortKilobytes, 2L * MaxMessage / 1024)),
        },
        new()
        {
            ["acks"] = "1",
            ["partitioner"] = Partitioner,
            ["message.max.bytes"] = Whole(MaxMessage),
            ["dotnet.producer.delivery.report.fields"] = "none",
        });

    /// <summary>For a reader without a group of consumers. The library wants a group's name all the same; it is never joined and nothing is committed to it.</summary>
    /// <param name="committedOnly">Whether messages of open and aborted transactions are left out.</param>
    public Dictionary<string, string> Reader(bool committedOnly) => Consumer($"{_settings.Topics.Prefix}.read", committedOnly);

    /// <summary>For a member of a group of consumers.</summary>
    /// <param name="group">Name of the group.</param>
    public Dictionary<string, string> Member(string group)
    {
        var properties = Consumer(group, committedOnly: true);
        // Members that keep their partitions go on working while others come and go: an SAE stays where it is.
        properties["partition.assignment.strategy"] = "cooperative-sticky";
        properties["enable.partition.eof"] = "false";
        return properties;
    }

    // The same as that of the Java client, so that other producers agree on where a key goes.
    private const string Partitioner = "murmur2_random";

    private int MaxMessage => _settings.MessageBytes + Limits.EnvelopeBytes;

    private Dictionary<string, string> Consumer(string group, bool committedOnly) => Merge(
        new()
        {
            ["queued.max.messages.kbytes"] = Whole(Limits.FetchedKilobytes),
            ["fetch.wait.max.ms"] = "100",
        },
        new()
        {
            ["group.id"] = group,
            ["isolation.level"] = committedOnly ? "read_committed" : "read_uncommitted",
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["auto.offset.reset"] = "earliest",
            ["enable.partition.eof"] = "true",
            ["allow.auto.create.topics"] = "false",
        });

    // What the user chose stands above defaults and below what the promises rest on.
    private Dictionary<string, string> Merge(Dictionary<string, string> defaults, Dictionary<string, string>? fixedOnes = null)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client.id"] = "emergence",
            // A broker that was away for long is found again soon.
            ["reconnect.backoff.max.ms"] = "2000",
            ["socket.keepalive.enable"] = "true",
        };
        foreach (var (name, value) in defaults.Concat(_settings.Properties).Concat(fixedOnes ?? []))
            all[name] = value;
        if (_settings.Properties.ContainsKey("queue.buffering.max.ms"))
            all.Remove("linger.ms");
        all["bootstrap.servers"] = _servers;
        all["log.queue"] = "false";
        return all;
    }
}
