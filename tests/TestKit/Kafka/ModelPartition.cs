using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>A partition: a list of messages and of markers that end transactions. Offsets count both.</summary>
/// <param name="topic">Its topic.</param>
/// <param name="number">Its number, from 0.</param>
internal sealed class ModelPartition(string topic, int number)
{
    // A marker has no message.
    private readonly List<(ReceivedMessage? Message, ModelTransaction? Transaction)> _entries = [];

    public long End => _entries.Count;

    public void Append(KafkaMessage message, ModelTransaction? transaction, DateTimeOffset at)
    {
        _entries.Add((new ReceivedMessage(new MessagePlace(topic, number, End), message.Key, message.IsTombstone ? null : message.Value.ToArray(), [.. message.Headers], at), transaction));
        transaction?.Partitions.Add(this);
    }

    public void Mark(ModelTransaction transaction) => _entries.Add((null, transaction));

    /// <summary>The open transactions that stand before an offset.</summary>
    public IEnumerable<ModelTransaction> OpenBefore(long end) =>
        _entries.Take((int)end).Select(e => e.Transaction).OfType<ModelTransaction>().Where(t => t.Committed is null);

    /// <summary>What a reader of committed messages sees from an offset up to another: nothing behind the first open transaction.</summary>
    public IEnumerable<ReceivedMessage> Committed(long from, long end) => _entries
        .Take((int)end)
        .TakeWhile(e => e.Transaction is null or { Committed: not null })
        .Skip((int)from)
        .Where(e => e.Message is not null && e.Transaction is null or { Committed: true })
        .Select(e => e.Message!);

    /// <summary>The offset up to which a reader of committed messages has seen everything: the last stable one.</summary>
    public long Stable => _entries.FindIndex(e => e.Transaction is { Committed: null }) is var open and >= 0 ? open : End;
}
