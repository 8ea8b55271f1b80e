using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Emergence.Sinks.Kafka.Client;
using TopicDescription = Emergence.Sinks.Kafka.Client.TopicDescription;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Asks about topics and creates them.</summary>
/// <param name="connection">The brokers.</param>
internal sealed class TopicAdmin(Connection connection)
{
    /// <summary>Says what the brokers know of topics.</summary>
    /// <param name="topics">Their names.</param>
    /// <param name="options">Whether to ask for their options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, bool options, CancellationToken cancellationToken)
    {
        var found = await OwnThread.RunAsync(() =>
        {
            using var consumer = connection.Consumer(connection.Properties.Reader(committedOnly: true), out var events);
            var partitions = new Partitions(connection);
            return topics.Select(topic => partitions.Find(consumer, topic, events, cancellationToken)).OfType<TopicMetadata>().ToList();
        }).ConfigureAwait(false);
        var known = found.Count == 0 || !options ? [] : await OptionsAsync([.. found.Select(topic => topic.Topic)], cancellationToken).ConfigureAwait(false);
        return [.. found.Select(topic => new TopicDescription(
            topic.Topic, topic.Partitions.Count, topic.Partitions.Min(partition => partition.Replicas.Length), known.GetValueOrDefault(topic.Topic) ?? new Dictionary<string, string>()))];
    }

    /// <summary>Creates topics; those that are there already stay as they are.</summary>
    /// <param name="plans">What they shall be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CreateAsync(IReadOnlyCollection<TopicPlan> plans, CancellationToken cancellationToken)
    {
        if (plans.Count == 0)
            return;
        using var admin = connection.Admin(out var events);
        var specifications = plans.Select(plan => new TopicSpecification
        {
            Name = plan.Name,
            NumPartitions = plan.Partitions,
            ReplicationFactor = plan.Replication,
            Configs = new Dictionary<string, string>(plan.Options),
        });
        try
        {
            await admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = connection.Patience, OperationTimeout = connection.Patience }).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CreateTopicsException error)
        {
            foreach (var report in error.Results.Where(report => report.Error.IsError && report.Error.Code != ErrorCode.TopicAlreadyExists))
                throw Failures.Of($"creating topic {report.Topic}", report.Error, FailureKind.Retriable, events);
        }
        catch (KafkaException error) when (LacksController(error, events))
        {
            throw new KafkaFailureException(FailureKind.Misconfigured, error.Error.Code.ToString(), $"creating topics failed: {connection.Servers} answers, but no broker says to be the controller, which alone creates topics (librdkafka's mock cluster has none)", error);
        }
        catch (KafkaException error)
        {
            throw Failures.IsPatient(error) ? Failures.Unreachable("creating topics", connection.Servers, events, error) : Failures.Of("creating topics", error, events);
        }
    }

    // Brokers without this request, and those that do not let us ask, leave the options unknown: that is told by whoever needs them.
    private async Task<Dictionary<string, IReadOnlyDictionary<string, string>>> OptionsAsync(List<string> topics, CancellationToken cancellationToken)
    {
        using var admin = connection.Admin(out var events);
        try
        {
            var results = await admin.DescribeConfigsAsync(
                topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }), new DescribeConfigsOptions { RequestTimeout = Shorter(connection.Patience) }).WaitAsync(cancellationToken).ConfigureAwait(false);
            return results.ToDictionary(result => result.ConfigResource.Name, result => Options(result.Entries));
        }
        catch (DescribeConfigsException error)
        {
            return error.Results.Where(report => !report.Error.IsError).ToDictionary(report => report.ConfigResource.Name, report => Options(report.Entries));
        }
        catch (KafkaException error) when (Failures.IsPatient(error) && !LacksController(error, events))
        {
            throw Failures.Unreachable("asking for options of topics", connection.Servers, events, error);
        }
        catch (KafkaException)
        {
            return [];
        }
    }

    // Brokers answer, but none says to be the one that is asked about topics.
    private static bool LacksController(KafkaException error, ClientEvents events) =>
        Failures.IsPatient(error) && events is { Refusal: null, Connection: null } && error.Error.Reason.Contains("controller", StringComparison.Ordinal);

    private static TimeSpan Shorter(TimeSpan patience) => patience < Limits.Options ? patience : Limits.Options;

    private static IReadOnlyDictionary<string, string> Options(Dictionary<string, ConfigEntryResult> entries) =>
        entries.Where(entry => entry.Value.Value is not null).ToDictionary(entry => entry.Key, entry => Convert.ToString(entry.Value.Value, CultureInfo.InvariantCulture)!);
}
