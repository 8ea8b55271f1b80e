using System.Runtime.CompilerServices;
using Emergence.Sinks.Kafka.Client;
using static Emergence.Sinks.Kafka.Metered.KafkaInstruments;

namespace Emergence.Sinks.Kafka.Metered;

/// <summary>Measures what goes through a client; does nothing else.</summary>
/// <param name="client">The client; disposed with this one.</param>
/// <param name="time">The clock.</param>
public sealed class MeteredKafkaClient(IKafkaClient client, TimeProvider time) : IKafkaClient
{
    /// <inheritdoc/>
    public ITransactionalProducer OpenTransactional(string transactionalId) => new MeteredProducer(client.OpenTransactional(transactionalId), time);

    /// <inheritdoc/>
    public IBestEffortProducer OpenBestEffort() => new MeteredBestEffort(client.OpenBestEffort());

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string topic, CancellationToken cancellationToken) =>
        CountAsync(client.ReadToEndAsync(topic, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string topic, CancellationToken cancellationToken) =>
        CountAsync(client.ReadSettledAsync(topic, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, CancellationToken cancellationToken) =>
        CountAsync(client.FollowAsync(topics, from, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task JoinAsync(string group, string topic, IGroupMember member, CancellationToken leave) =>
        client.JoinAsync(group, topic, new MeteredMember(member, time), leave);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken) =>
        client.DescribeAsync(topics, cancellationToken);

    /// <inheritdoc/>
    public Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken) => client.CreateAsync(topics, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async IAsyncEnumerable<ReceivedMessage> CountAsync(IAsyncEnumerable<ReceivedMessage> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in messages.WithCancellation(cancellationToken))
        {
            Consumed.Add(1, Tag.Kafka, Tag.Of(message.Place.Topic), Tag.Poll);
            yield return message;
        }
    }
}
