using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Takes a group's offsets outside of transactions.</summary>
internal sealed class OffsetCommitApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.OffsetCommit, 2, 7);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        var (group, generation, member) = (reader.String(), reader.Int32(), reader.String());
        if (version >= 7)
            reader.NullableString();
        if (version <= 4)
            reader.Int64();
        var topics = reader.Topics(() =>
        {
            var (partition, offset) = (reader.Int32(), reader.Int64());
            if (version >= 6)
                reader.Int32();
            return (Partition: partition, Offset: new GroupOffset(offset, reader.NullableString()));
        });
        var error = request.Injected;
        List<TopicParts<(int Partition, ErrorCode Error)>> results = [];
        lock (state.Gate)
        {
            if (error == ErrorCode.None)
                error = state.Groups.Get(group).MayCommit(member, generation, inTransaction: false);
            foreach (var topic in topics)
            {
                results.Add(new(topic.Topic, [.. topic.Parts.Select(part =>
                {
                    var own = error == ErrorCode.None && state.Topics.Find(topic.Topic, part.Partition) is null ? ErrorCode.UnknownTopicOrPartition : error;
                    if (own == ErrorCode.None)
                        state.Groups.Offsets.Commit(group, topic.Topic, part.Partition, part.Offset);
                    return (part.Partition, own);
                })]));
            }
        }

        if (version >= 3)
            writer.Int32(0);
        writer.Topics(results, part =>
        {
            writer.Int32(part.Partition);
            writer.Error(part.Error);
        });
        return ValueTask.CompletedTask;
    }
}
