using Emergence.TestBroker.Log;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Takes record batches.</summary>
internal sealed class ProduceApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.Produce, 0, 8, Answered: 3);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var transactionalId = reader.NullableString();
        var acknowledgements = reader.Int16();
        reader.Int32();
        var topics = reader.Topics(() => (Partition: reader.Int32(), Records: reader.NullableBytes() ?? default));
        request.Unanswered = acknowledgements == 0;
        List<TopicParts<(int Partition, ErrorCode Error, long Offset)>> results = [];
        lock (state.Gate)
        {
            foreach (var topic in topics)
            {
                results.Add(new(topic.Topic, [.. topic.Parts.Select(part =>
                {
                    var (error, offset) = request.Injected == ErrorCode.None
                        ? Append_NeedsLock(transactionalId, topic.Topic, part.Partition, part.Records)
                        : (request.Injected, -1);
                    return (part.Partition, error, offset);
                })]));
            }

            state.Changed_NeedsLock();
        }

        writer.Topics(results, part =>
        {
            writer.Int32(part.Partition);
            writer.Error(part.Error);
            writer.Int64(part.Offset);
            writer.Int64(-1);
            if (request.Version >= 5)
                writer.Int64(part.Error == ErrorCode.None ? 0 : -1);
            if (request.Version >= 8)
            {
                writer.Count(0);
                writer.String(null);
            }
        });
        writer.Int32(0);
        return ValueTask.CompletedTask;
    }

    private (ErrorCode Error, long Offset) Append_NeedsLock(string? transactionalId, string name, int partition, ReadOnlyMemory<byte> records)
    {
        if (state.Topics.Find(name) is not { } topic || state.Topics.Find(name, partition) is not { } log)
            return (ErrorCode.UnknownTopicOrPartition, -1);
        if (records.Length > topic.MaxMessageBytes(state.Options.MessageMaxBytes))
            return (ErrorCode.MessageTooLarge, -1);
        if (RecordBatch.Receive(records, topic.IsCompacted, out var batch) is not ErrorCode.None and var damaged)
            return (damaged, -1);
        if (batch.IsTransactional && transactionalId is null)
            return (ErrorCode.TransactionalIdAuthorizationFailed, -1);
        if (log.OpensTransaction(batch)
            && state.Transactions.Verify(transactionalId!, batch.ProducerId, batch.ProducerEpoch, name, partition) is not ErrorCode.None and var refused)
            return (refused, -1);
        return log.Append(batch);
    }
}
