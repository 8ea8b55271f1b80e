using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Settings;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Options;

/// <summary>The settings of every verb that talks to Kafka, and how they become <see cref="KafkaSettings"/>.</summary>
/// <remarks>Properties of librdkafka come from <c>EMERGENCE_KAFKA_…</c> variables, then from the file of <c>--kafka-config</c>.</remarks>
internal static class KafkaOptions
{
    // The least holds a schema and some rows; readers take no more than 100 MB in one answer of a broker.
    private const int MinMessageBytes = 32 * 1024;
    private const int MaxMessageBytes = 64_000_000;
    private const int MaxPrefix = 100;

    private static readonly Setting TopicPrefix = Setting.Valued("topic-prefix", "NAME", $"what the topics' names begin with; default {KafkaTopics.DefaultPrefix}");
    private static readonly Setting MessageBytes = Setting.Valued("kafka-message-bytes", "N", $"largest message; the broker's message.max.bytes must be above it; default {KafkaSettings.DefaultMessageBytes}");
    private static readonly Setting CreateTopics = Setting.Flag("create-topics", "create the topics that are not there");
    private static readonly Setting Partitions = Setting.Valued("partitions", "N", $"partitions of created topics; default {TopicOptions.DefaultPartitions}");
    private static readonly Setting Replication = Setting.Valued("replication", "N", "copies of each partition of created topics; default: the broker's own");

    /// <summary>The brokers.</summary>
    public static Setting Servers { get; } = Setting.Valued("kafka", "HOST:PORT[,…]", $"brokers of Apache Kafka; \"{ServerList.Embedded}\" starts one in this process, for trying out, which keeps nothing");

    /// <summary>The file of properties.</summary>
    public static Setting Config { get; } = Setting.Valued("kafka-config", "FILE", "name=value lines: librdkafka's properties, such as security.protocol and sasl.*; EMERGENCE_KAFKA_SASL_PASSWORD and the like come first");

    /// <summary>Settings of a verb that reads from Kafka.</summary>
    public static Setting[] Reading { get; } = [Servers, Config, TopicPrefix];

    /// <summary>Settings of a verb that writes to Kafka, or checks what writing needs.</summary>
    public static Setting[] Writing { get; } = [.. Reading, MessageBytes, CreateTopics, Partitions, Replication];

    /// <summary>Reads them; what is wrong is added to the problems.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="writing">Whether the verb takes <see cref="Writing"/>, else <see cref="Reading"/>.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>Null when no broker is named.</returns>
    public static KafkaChoice? Read(SettingReader reader, CliHost host, bool writing, ICollection<SettingProblem> problems)
    {
        var found = new List<PropertyProblem>();
        var file = reader.Text(Config);
        var inFile = file is null ? [] : PropertyFile.Read(file, found);
        var inEnvironment = PropertyEnvironment.Read(host.EnvironmentNames(), host.Environment, [.. Writing.Select(setting => setting.Variable)]);
        var given = inEnvironment.Concat(inFile).ToList();

        var named = given.Where(property => property.Name is "bootstrap.servers" or "metadata.broker.list").ToList();
        var servers = reader.Text(Servers) ?? named.FirstOrDefault()?.Value;
        var choice = servers is null ? null : Choice(reader, writing, servers, problems);
        if (servers is null)
            Meaningless(reader, writing, problems);
        else if (ServerList.Check(servers, reader.Text(Servers) is null ? named[0].Where : Servers.Switch) is { } wrong)
            found.Add(wrong);
        else if (servers == ServerList.Embedded)
            host.Error.WriteLine($"emergence: {Servers.Switch} {ServerList.Embedded} is for trying out: the cluster lives in this process and keeps nothing");

        // Without a broker the variables may be meant for another invocation.
        var properties = servers is null ? null : PropertyCheck.Merge(given.Except(named), found);
        foreach (var problem in found)
            problems.Add(new(problem.Where, problem.Problem, problem.Remedy));
        return properties is null || choice is null ? null : choice with { Settings = choice.Settings with { Properties = properties } };
    }

    private static KafkaChoice Choice(SettingReader reader, bool writing, string servers, ICollection<SettingProblem> problems)
    {
        var prefix = reader.Text(TopicPrefix) ?? KafkaTopics.DefaultPrefix;
        if (prefix.Length > MaxPrefix || !prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') || prefix is "." or "..")
            problems.Add(new(TopicPrefix.Switch, "it is not the beginning of a topic's name", $"use at most {MaxPrefix} letters, digits, dots, underscores and dashes"));
        var bytes = writing ? Ranged(reader, MessageBytes, MinMessageBytes, MaxMessageBytes, problems) : null;
        var topics = !writing ? TopicOptions.None : new TopicOptions(
            reader.Flag(CreateTopics),
            Ranged(reader, Partitions, 1, TopicOptions.MaxPartitions, problems),
            Ranged(reader, Replication, 1, short.MaxValue, problems));
        if (topics is { Create: false } and not { Partitions: null, Replication: null })
            problems.Add(new((topics.Partitions is null ? Replication : Partitions).Switch, "it is about topics that are created", $"add {CreateTopics.Switch}, or leave it out"));
        return new(new KafkaSettings { Servers = servers, Topics = new(prefix), MessageBytes = bytes ?? KafkaSettings.DefaultMessageBytes }, topics);
    }

    private static void Meaningless(SettingReader reader, bool writing, ICollection<SettingProblem> problems)
    {
        if (reader.Text(Config) is { } file)
            problems.Add(new(Config.Switch, $"{file} names no brokers", $"give {Servers.Switch} HOST:PORT, or bootstrap.servers in the file"));
        if (writing && reader.Flag(CreateTopics))
            problems.Add(new(CreateTopics.Switch, "there is no broker to create topics on", $"give {Servers.Switch} HOST:PORT, or leave it out"));
    }

    private static int? Ranged(SettingReader reader, Setting setting, int low, int high, ICollection<SettingProblem> problems)
    {
        var value = reader.SmallOrNull(setting);
        if (value is { } number && (number < low || number > high))
            problems.Add(new(setting.Switch, $"{number} is out of range", $"use a number from {low} to {high}"));
        return value;
    }
}
