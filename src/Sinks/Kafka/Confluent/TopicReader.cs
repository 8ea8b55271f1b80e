using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Reads topics without a group of consumers. Blocks: run it on a thread of its own.</summary>
/// <param name="connection">The brokers.</param>
internal sealed class TopicReader(Connection connection)
{
    // Between two looks at whether the end has come nearer, as when a partition lost records with its leader.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Reads what is committed at this moment.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="waits">Whether open transactions are waited for; else the first one of a partition is its end.</param>
    /// <param name="handOver">Takes the messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void ReadToEnd(string topic, bool waits, Action<ReceivedMessage> handOver, CancellationToken cancellationToken)
    {
        using var consumer = connection.Consumer(connection.Properties.Reader(committedOnly: true), out var events);
        // With read_committed the library takes the beginning of the first open transaction for the end: what another program has
        // committed behind it would be missed. The true end is what a reader of everything is told.
        using var watcher = connection.Consumer(connection.Properties.Reader(committedOnly: !waits), out var watched);
        var partitions = new Partitions(connection).Of(consumer, topic, events, cancellationToken);
        var ends = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            var marks = Marks(watcher, partition, watched, cancellationToken);
            if (marks.High > marks.Low)
                ends[partition] = marks.High;
        }

        consumer.Assign(ends.Keys.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var looked = connection.Time.GetTimestamp();
        var progress = looked;
        while (ends.Count > 0)
        {
            var result = Next(consumer, topic, events, cancellationToken);
            if (result is not null)
            {
                progress = connection.Time.GetTimestamp();
                Take(result);
                continue;
            }

            if (events.Refusal is not null || (events.Connection is not null && connection.Time.GetElapsedTime(progress) > connection.Patience))
                throw Failures.Unreachable($"reading {topic}", connection.Servers, events);
            if (connection.Time.GetElapsedTime(looked) < LookAgain)
                continue;
            looked = connection.Time.GetTimestamp();
            foreach (var (partition, end) in ends.ToList())
            {
                var high = Marks(watcher, partition, watched, cancellationToken).High.Value;
                ends[partition] = Math.Min(end, high);
                if (consumer.Position(partition) is var position && position.Value >= ends[partition])
                    ends.Remove(partition);
            }
        }

        // Only messages and the partition's end say how far reading is: aborted messages and marks of transactions are passed over unseen.
        void Take(ConsumeResult<byte[], byte[]> result)
        {
            if (!ends.TryGetValue(result.TopicPartition, out var end))
                return;
            if (!result.IsPartitionEOF && result.Offset.Value < end)
                handOver(MessageForms.ToProduct(result));
            if ((result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1) < end)
                return;
            ends.Remove(result.TopicPartition);
            consumer.Pause([result.TopicPartition]);
        }
    }

    /// <summary>Reads topics from their beginnings, or from offsets, and goes on.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="from">Where to begin; partitions that are not named are read from their beginnings.</param>
    /// <param name="handOver">Takes the messages.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Follow(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, Action<ReceivedMessage> handOver, CancellationToken cancellationToken)
    {
        using var consumer = connection.Consumer(connection.Properties.Reader(committedOnly: true), out var events);
        var partitions = topics.SelectMany(topic => new Partitions(connection).Of(consumer, topic, events, cancellationToken)).ToList();
        var what = $"reading {string.Join(", ", topics)}";
        var begin = from.ToDictionary(place => new TopicPartition(place.Topic, place.Partition), place => new Offset(place.Offset));
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, begin.TryGetValue(partition, out var offset) ? offset : Offset.Beginning)));
        while (true)
        {
            var result = Next(consumer, what, events, cancellationToken);
            if (events.Refusal is not null)
                throw Failures.Unreachable(what, connection.Servers, events);
            if (result is { IsPartitionEOF: false })
                handOver(MessageForms.ToProduct(result));
        }
    }

    private static ConsumeResult<byte[], byte[]>? Next(IConsumer<byte[], byte[]> consumer, string what, ClientEvents events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var result = consumer.Consume(Limits.Poll);
            if (result is not null)
                events.Succeeded();
            return result;
        }
        catch (ConsumeException error) when (Failures.IsPatient(error))
        {
            return null;
        }
        catch (KafkaException error)
        {
            throw Failures.Of($"reading {what}", error, events);
        }
    }

    private WatermarkOffsets Marks(IConsumer<byte[], byte[]> watcher, TopicPartition partition, ClientEvents events, CancellationToken cancellationToken) =>
        connection.Patiently($"asking for the end of {partition.Topic}[{partition.Partition.Value}]", connection.Patience, events, stay => watcher.QueryWatermarkOffsets(partition, stay * 4), cancellationToken, () => Partitions.Serve(watcher));
}
