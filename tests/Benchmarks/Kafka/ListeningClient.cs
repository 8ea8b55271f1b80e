using Emergence.Sinks.Kafka.Client;

namespace Emergence.Benchmarks.Kafka;

/// <summary>Keeps what is sent in transactions, or nothing of it; its topics are empty.</summary>
/// <param name="keep">Whether to keep it.</param>
internal sealed class ListeningClient(bool keep) : IKafkaClient, ITransactionalProducer
{
    private readonly List<IReadOnlyList<KafkaMessage>> _transactions = [];
    private List<KafkaMessage> _open = [];

    public IReadOnlyList<IReadOnlyList<KafkaMessage>> Transactions => _transactions;

    public ITransactionalProducer OpenTransactional(string transactionalId) => this;

    public IBestEffortProducer OpenBestEffort() => throw new NotSupportedException();

    public IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string topic, CancellationToken cancellationToken) => AsyncEnumerable.Empty<ReceivedMessage>();

    public IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string topic, CancellationToken cancellationToken) => ReadToEndAsync(topic, cancellationToken);

    public IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task JoinAsync(string group, string topic, IGroupMember member, CancellationToken leave) => throw new NotSupportedException();

    public Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task InitialiseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Begin() => _open = [];

    public Task SendAsync(KafkaMessage message, CancellationToken cancellationToken)
    {
        if (keep)
            _open.Add(message with { Value = message.Value.ToArray() });
        return Task.CompletedTask;
    }

    public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CommitAsync(CancellationToken cancellationToken)
    {
        _transactions.Add(_open);
        return Task.CompletedTask;
    }

    public Task AbortAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }
}
