using System.Globalization;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Confluent;

namespace Emergence.Sinks.Kafka.Topics;

/// <summary>What each topic shall be.</summary>
public static class TopicPlans
{
    /// <summary>Topic option: what happens to old records.</summary>
    public const string CleanupPolicy = "cleanup.policy";

    /// <summary>Topic option: the largest batch of records.</summary>
    public const string MaxMessageBytes = "max.message.bytes";

    /// <summary>Value of <see cref="CleanupPolicy"/>: the newest record of each key stays for ever.</summary>
    public const string Compact = "compact";

    /// <summary>Value of <see cref="CleanupPolicy"/>: records are removed by age.</summary>
    public const string Delete = "delete";

    // What a broker takes when nobody said otherwise.
    private const int BrokerDefaultBytes = 1_048_588;

    // The run folder keeps everything; topics serve programs that read along or come back some weeks later.
    private static readonly TimeSpan TableRetention = TimeSpan.FromDays(30);
    private static readonly TimeSpan WorkRetention = TimeSpan.FromDays(7);
    private static readonly TimeSpan LiveRetention = TimeSpan.FromHours(1);

    /// <summary>The largest batch a topic must take so that messages of the chosen size fit.</summary>
    /// <param name="settings">The settings.</param>
    public static int BatchBytes(KafkaSettings settings) => settings.MessageBytes + Limits.EnvelopeBytes + BatchHead;

    private const int BatchHead = 1024;

    /// <summary>Every topic.</summary>
    /// <param name="settings">Names and sizes.</param>
    /// <param name="options">Partitions and copies.</param>
    public static IReadOnlyList<TopicPlan> All(KafkaSettings settings, TopicOptions options) => [.. Publishing(settings, options), .. Working(settings, options)];

    /// <summary>The topics of a program that publishes a run.</summary>
    /// <param name="settings">Names and sizes.</param>
    /// <param name="options">Partitions and copies.</param>
    public static IReadOnlyList<TopicPlan> Publishing(KafkaSettings settings, TopicOptions options) =>
    [
        .. TableSchema.Each.Select(table => Aging(settings.Topics.Of(table), TableRetention, settings, options)),
        Aging(settings.Topics.Live, LiveRetention, settings, options),
        Plan(settings.Topics.Commits, settings, options, (CleanupPolicy, Compact)),
    ];

    /// <summary>The further topics of programs that announce work and take it.</summary>
    /// <param name="settings">Names and sizes.</param>
    /// <param name="options">Partitions and copies.</param>
    public static IReadOnlyList<TopicPlan> Working(KafkaSettings settings, TopicOptions options) =>
    [
        Aging(settings.Topics.Checkpoints, WorkRetention, settings, options),
        Plan(settings.Topics.State, settings, options, (CleanupPolicy, Compact)),
    ];

    private static TopicPlan Aging(string name, TimeSpan retention, KafkaSettings settings, TopicOptions options) =>
        Plan(name, settings, options, (CleanupPolicy, Delete), ("retention.ms", Whole((long)retention.TotalMilliseconds)));

    private static TopicPlan Plan(string name, KafkaSettings settings, TopicOptions options, params (string Name, string Value)[] more)
    {
        var all = more.ToDictionary(option => option.Name, option => option.Value);
        if (BatchBytes(settings) > BrokerDefaultBytes)
            all[MaxMessageBytes] = Whole(BatchBytes(settings));
        return new(name, options.Partitions ?? TopicOptions.DefaultPartitions, (short)(options.Replication ?? -1), all);
    }

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
