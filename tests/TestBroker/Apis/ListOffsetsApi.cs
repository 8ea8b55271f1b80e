using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Says where a partition begins and ends, for readers of everything or of what is committed, and where a time lies in it.</summary>
internal sealed class ListOffsetsApi(BrokerState state) : IApi
{
    private const long Latest = -1;
    private const long Earliest = -2;

    public ApiRange Range { get; } = new(ApiKey.ListOffsets, 1, 5);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        reader.Int32();
        var committed = version >= 2 && reader.Int8() == 1;
        var topics = reader.Topics(() =>
        {
            var partition = reader.Int32();
            if (version >= 4)
                reader.Int32();
            return (Partition: partition, Timestamp: reader.Int64());
        });
        List<TopicParts<(int Partition, ErrorCode Error, long Timestamp, long Offset)>> results = [];
        lock (state.Gate)
        {
            foreach (var topic in topics)
            {
                results.Add(new(topic.Topic, [.. topic.Parts.Select(part =>
                {
                    var (error, timestamp, offset) = request.Injected == ErrorCode.None
                        ? Find_NeedsLock(topic.Topic, part.Partition, part.Timestamp, committed)
                        : (request.Injected, -1, -1);
                    return (part.Partition, error, timestamp, offset);
                })]));
            }
        }

        if (version >= 2)
            writer.Int32(0);
        writer.Topics(results, part =>
        {
            writer.Int32(part.Partition);
            writer.Error(part.Error);
            writer.Int64(part.Timestamp);
            writer.Int64(part.Offset);
            if (version >= 4)
                writer.Int32(0);
        });
        return ValueTask.CompletedTask;
    }

    private (ErrorCode Error, long Timestamp, long Offset) Find_NeedsLock(string topic, int partition, long timestamp, bool committed)
    {
        if (state.Topics.Find(topic, partition) is not { } log)
            return (ErrorCode.UnknownTopicOrPartition, -1, -1);
        var end = committed ? log.LastStableOffset : log.HighWatermark;
        switch (timestamp)
        {
            case Latest:
                return (ErrorCode.None, -1, end);
            case Earliest:
                return (ErrorCode.None, -1, 0);
            case < 0:
                return (ErrorCode.InvalidRequest, -1, -1);
            default:
                return log.FirstAt(timestamp, end) is { } first ? (ErrorCode.None, first.Timestamp, first.Offset) : (ErrorCode.None, -1, -1);
        }
    }
}
