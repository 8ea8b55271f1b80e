using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>The real client: Confluent.Kafka over librdkafka. Each producer, reader and member has a client of the library of its own.</summary>
internal sealed class ConfluentClient : IKafkaClient
{
    private readonly EmbeddedCluster? _embedded;
    private readonly Connection _connection;

    /// <summary>Makes the client.</summary>
    /// <param name="settings">How Kafka is reached.</param>
    /// <param name="log">Takes the library's log.</param>
    /// <param name="patience">How long calls go on while no broker answers; null: as long as <see cref="Limits"/> says.</param>
    public ConfluentClient(KafkaSettings settings, Action<string>? log, TimeSpan? patience = null)
    {
        if (settings.Servers == ServerList.Embedded)
        {
            _embedded = StartEmbedded();
            // What is meant for real brokers, such as passwords, has no meaning inside the process.
            settings = settings with { Properties = new Dictionary<string, string>() };
        }

        _connection = new(settings, _embedded?.Servers ?? settings.Servers, log, TimeProvider.System, patience);
    }

    /// <inheritdoc/>
    public ITransactionalProducer OpenTransactional(string transactionalId) => new TransactionalProducer(_connection, transactionalId);

    /// <inheritdoc/>
    public IBestEffortProducer OpenBestEffort() => new BestEffortProducer(_connection);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string topic, CancellationToken cancellationToken) => ReadAsync(topic, waits: true, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string topic, CancellationToken cancellationToken) => ReadAsync(topic, waits: false, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, CancellationToken cancellationToken) =>
        ReaderThread.ReadAsync(
            (handOver, ended) =>
            {
                _embedded?.Touch(topics);
                new TopicReader(_connection).Follow(topics, from, handOver, ended);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task JoinAsync(string group, string topic, IGroupMember member, CancellationToken leave)
    {
        _embedded?.Touch([topic]);
        return OwnThread.RunAsync(() => new GroupLoop(_connection, group, topic, member).Run(leave));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        // The embedded cluster has every topic that anybody asks for, and tells no options.
        _embedded?.Touch(topics);
        return new TopicAdmin(_connection).DescribeAsync(topics, options: _embedded is null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken)
    {
        if (_embedded is null)
            return new TopicAdmin(_connection).CreateAsync(topics, cancellationToken);
        _embedded.Touch(topics.Select(topic => topic.Name));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _embedded?.Dispose();

    private IAsyncEnumerable<ReceivedMessage> ReadAsync(string topic, bool waits, CancellationToken cancellationToken) =>
        ReaderThread.ReadAsync(
            (handOver, ended) =>
            {
                _embedded?.Touch([topic]);
                new TopicReader(_connection).ReadToEnd(topic, waits, handOver, ended);
            },
            cancellationToken);

    private static EmbeddedCluster StartEmbedded()
    {
        try
        {
            return EmbeddedCluster.Start();
        }
        catch (Exception error) when (error is InvalidOperationException or global::Confluent.Kafka.KafkaException)
        {
            throw new KafkaFailureException(FailureKind.Misconfigured, "Local_Fail", $"librdkafka's cluster for trying out does not start: {error.Message}", error);
        }
    }
}
