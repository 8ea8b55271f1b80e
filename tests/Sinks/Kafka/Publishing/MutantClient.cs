using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>Stands between the publisher and its client and makes the two behave as a publisher with a defect would.</summary>
internal sealed class MutantClient(IKafkaClient inner, Mutation mutation) : IKafkaClient
{
    public ITransactionalProducer OpenTransactional(string transactionalId) => new MutantProducer(() => inner.OpenTransactional(transactionalId), mutation);

    public IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string topic, CancellationToken cancellationToken) =>
        mutation == Mutation.SkipsTheCursor ? AsyncEnumerable.Empty<ReceivedMessage>() : inner.ReadToEndAsync(topic, cancellationToken);

    public IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string topic, CancellationToken cancellationToken) =>
        mutation == Mutation.LooksForNoSuccessor ? AsyncEnumerable.Empty<ReceivedMessage>() : inner.ReadSettledAsync(topic, cancellationToken);

    public IBestEffortProducer OpenBestEffort() => inner.OpenBestEffort();

    public IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, CancellationToken cancellationToken) => inner.FollowAsync(topics, from, cancellationToken);

    public Task JoinAsync(string group, string topic, IGroupMember member, CancellationToken leave) => inner.JoinAsync(group, topic, member, leave);

    public Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken) => inner.DescribeAsync(topics, cancellationToken);

    public Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken) => inner.CreateAsync(topics, cancellationToken);

    public void Dispose() => inner.Dispose();
}
