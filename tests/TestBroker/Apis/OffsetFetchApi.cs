using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Says how far a group has come. A reader that wants stable offsets is told to wait where an open transaction may change them.</summary>
internal sealed class OffsetFetchApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.OffsetFetch, 1, 7, FlexibleFrom: 6);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        var group = reader.String();
        var topics = reader.NullableArray(() => new TopicParts<int>(reader.String(), reader.PlainArray(reader.Int32)));
        var stable = version >= 7 && reader.Bool();
        reader.Tags();
        List<TopicParts<(int Partition, ErrorCode Error, GroupOffset Offset)>> results = [];
        lock (state.Gate)
        {
            var offsets = state.Groups.Offsets;
            topics ??= [.. offsets.Of(group).GroupBy(place => place.Topic).Select(topic => new TopicParts<int>(topic.Key, [.. topic.Select(place => place.Partition)]))];
            foreach (var topic in topics)
            {
                results.Add(new(topic.Topic, [.. topic.Parts.Select(partition =>
                {
                    var unstable = stable && offsets.IsPending(group, topic.Topic, partition);
                    var offset = unstable ? null : offsets.Find(group, topic.Topic, partition);
                    return (partition, unstable ? ErrorCode.UnstableOffsetCommit : ErrorCode.None, offset ?? new GroupOffset(-1, ""));
                })]));
            }
        }

        if (version >= 3)
            writer.Int32(0);
        writer.Topics(request.Injected == ErrorCode.None || version < 2 ? results : [], part =>
        {
            writer.Int32(part.Partition);
            writer.Int64(part.Offset.Offset);
            if (version >= 5)
                writer.Int32(-1);
            writer.String(part.Offset.Metadata);
            writer.Error(request.Injected == ErrorCode.None ? part.Error : request.Injected);
        });
        if (version >= 2)
            writer.Error(request.Injected);
        writer.Tags();
        return ValueTask.CompletedTask;
    }
}
