using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Asks which partitions a topic has, through a consumer: a producer that asks for a topic creates it on brokers that allow it.</summary>
/// <param name="connection">The brokers.</param>
internal sealed class Partitions(Connection connection)
{
    /// <summary>The partitions of a topic.</summary>
    /// <param name="consumer">Asks.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="events">What is reported beside the call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaFailureException">It is not there, or may not be seen, or no broker answers.</exception>
    public IReadOnlyList<TopicPartition> Of(IConsumer<byte[], byte[]> consumer, string topic, ClientEvents events, CancellationToken cancellationToken) =>
        Find(consumer, topic, events, cancellationToken) is { } found
            ? [.. found.Partitions.OrderBy(partition => partition.PartitionId).Select(partition => new TopicPartition(topic, partition.PartitionId))]
            : throw new KafkaFailureException(FailureKind.Misconfigured, nameof(ErrorCode.UnknownTopicOrPart), $"topic {topic} is not there: create it (--create-topics does), or choose another --topic-prefix");

    /// <summary>What the brokers know of a topic; null when it is not there.</summary>
    /// <param name="consumer">Asks.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="events">What is reported beside the call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public TopicMetadata? Find(IConsumer<byte[], byte[]> consumer, string topic, ClientEvents events, CancellationToken cancellationToken)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return connection.Patiently(
            $"asking for topic {topic}",
            connection.Patience,
            events,
            stay =>
            {
                var found = admin.GetMetadata(topic, stay * 4).Topics.FirstOrDefault(t => t.Topic == topic);
                var error = found?.Error ?? new Error(ErrorCode.UnknownTopicOrPart);
                if (error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic || (!error.IsError && found!.Partitions.Count == 0))
                    return null;
                // A topic that was created just now has no leaders yet.
                if (error.Code is ErrorCode.LeaderNotAvailable || found!.Partitions.Any(p => p.Error.Code == ErrorCode.LeaderNotAvailable))
                    throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"topic {topic} has partitions without a leader"));
                return error.IsError ? throw new KafkaException(error) : found;
            },
            cancellationToken,
            () => Serve(consumer));
    }

    /// <summary>Lets a consumer without partitions report what belongs to no call.</summary>
    /// <param name="consumer">The consumer.</param>
    public static void Serve(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            consumer.Consume(TimeSpan.Zero);
        }
        catch (ConsumeException)
        {
            // The same is reported as an event.
        }
    }
}
