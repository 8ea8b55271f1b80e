using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>
/// A member of a consumer group. One thread asks the library for messages again and again, which is what keeps the membership; the member's work
/// runs elsewhere, and a partition of which many messages wait is paused. Partitions are handed over cooperatively: a member goes on with those it keeps while others move.
/// Blocks: run it on a thread of its own.
/// </summary>
/// <param name="connection">The brokers.</param>
/// <param name="group">Name of the group.</param>
/// <param name="topic">The topic.</param>
/// <param name="member">Takes the messages.</param>
internal sealed class GroupLoop(Connection connection, string group, string topic, IGroupMember member)
{
    private readonly Dictionary<TopicPartition, PartitionWork> _partitions = [];
    private GroupMembership? _membership;
    private Exception? _failure;

    /// <summary>Is a member until told to leave or until something fails.</summary>
    /// <param name="leave">Leaves.</param>
    public void Run(CancellationToken leave)
    {
        using var consumer = connection.Consumer(
            connection.Properties.Member(group),
            out var events,
            builder => builder
                .SetPartitionsAssignedHandler((_, assigned) => Assign(assigned))
                .SetPartitionsRevokedHandler((consumer, revoked) => Leave(consumer, [.. revoked.Select(p => p.TopicPartition)], lost: false))
                .SetPartitionsLostHandler((consumer, gone) => Leave(consumer, [.. gone.Select(p => p.TopicPartition)], lost: true)));
        _membership = new(consumer, group);
        try
        {
            new Partitions(connection).Of(consumer, topic, events, leave);
            consumer.Subscribe(topic);
            while (_failure is null && !leave.IsCancellationRequested)
            {
                if (Next(consumer, events) is { } result)
                    Take(consumer, result);
                Advance(consumer);
            }
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // Told to leave before it had joined.
        }
        finally
        {
            // Leaving calls the handler of revoked partitions, which ends the work on them.
            Close(consumer, events);
        }

        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    private ConsumeResult<byte[], byte[]>? Next(IConsumer<byte[], byte[]> consumer, ClientEvents events)
    {
        try
        {
            var result = consumer.Consume(Limits.Poll);
            if (result is not null)
                events.Succeeded();
            else if (events.Refusal is { } refusal)
                _failure = Failures.Of($"being a member of group {group}", refusal, FailureKind.Misconfigured, events);
            return result;
        }
        catch (KafkaException error)
        {
            var failure = Failures.Of($"being a member of group {group}", error, events);
            // Broken connections and a membership that was lost mend by themselves: the library joins again.
            if (failure.Kind == FailureKind.Misconfigured || error.Error.IsFatal)
                _failure = failure;
            return null;
        }
    }

    private void Assign(List<TopicPartition> assigned)
    {
        foreach (var partition in assigned)
            _partitions[partition] = new(member, _membership!);
    }

    private void Take(IConsumer<byte[], byte[]> consumer, ConsumeResult<byte[], byte[]> result)
    {
        if (!_partitions.TryGetValue(result.TopicPartition, out var work))
            return;
        if (work.Take(result))
            consumer.Pause([result.TopicPartition]);
    }

    private void Advance(IConsumer<byte[], byte[]> consumer)
    {
        foreach (var (partition, work) in _partitions)
        {
            if (work.Advance(out var failure))
                consumer.Resume([partition]);
            _failure ??= failure;
        }
    }

    private void Leave(IConsumer<byte[], byte[]> consumer, IReadOnlyList<TopicPartition> partitions, bool lost)
    {
        try
        {
            // The library remembers a pause beyond the assignment: a partition that comes back would be silent for ever.
            consumer.Resume(partitions);
        }
        catch (KafkaException)
        {
            // It does not have them any more, and so no pause of them either.
        }

        GiveUp(partitions, lost);
    }

    // Called by the library on the thread of Run; the rebalance goes on when it ends.
    private void GiveUp(IEnumerable<TopicPartition> partitions, bool lost)
    {
        var given = new List<(TopicPartition Partition, PartitionWork Work)>();
        foreach (var partition in partitions)
        {
            if (_partitions.Remove(partition, out var work))
                given.Add((partition, work));
        }

        foreach (var (_, work) in given)
            work.Cancel();
        foreach (var (partition, work) in given)
        {
            _failure ??= work.Join();
            work.Dispose();
            try
            {
                member.GiveUpAsync(partition.Topic, partition.Partition.Value, lost).GetAwaiter().GetResult();
            }
            catch (Exception error)
            {
                _failure ??= error;
            }
        }
    }

    private void Close(IConsumer<byte[], byte[]> consumer, ClientEvents events)
    {
        try
        {
            consumer.Close();
        }
        catch (KafkaException error)
        {
            _failure ??= Failures.Of($"leaving group {group}", error, events);
        }

        GiveUp([.. _partitions.Keys], lost: true);
    }
}
