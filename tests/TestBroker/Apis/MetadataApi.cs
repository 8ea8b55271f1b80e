using Emergence.TestBroker.Log;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Says where the broker is, and what topics there are.</summary>
internal sealed class MetadataApi(BrokerState state, Func<int> port) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.Metadata, 0, 5);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        var names = reader.NullablePlainArray(reader.String);
        var create = version < 4 || reader.Bool();
        List<(ErrorCode Error, string Name, Topic? Topic)> topics;
        lock (state.Gate)
        {
            topics = names is null || (version == 0 && names.Count == 0)
                ? [.. state.Topics.All.Select(topic => (ErrorCode.None, topic.Name, (Topic?)topic))]
                : [.. names.Distinct().Select(name =>
                {
                    var (error, topic) = state.Topics.FindOrCreate(name, create);
                    return (error, name, topic);
                })];
        }

        if (version >= 3)
            writer.Int32(0);
        writer.Count(1);
        writer.Int32(TransactionalBroker.NodeId);
        writer.String(TransactionalBroker.Host);
        writer.Int32(port());
        if (version >= 1)
            writer.String(null);
        if (version >= 2)
            writer.String(TransactionalBroker.ClusterId);
        if (version >= 1)
            writer.Int32(TransactionalBroker.NodeId);
        writer.Array(topics, topic =>
        {
            var error = request.Injected == ErrorCode.None ? topic.Error : request.Injected;
            writer.Error(error);
            writer.String(topic.Name);
            if (version >= 1)
                writer.Bool(false);
            writer.Array(Enumerable.Range(0, error == ErrorCode.None ? topic.Topic!.Partitions.Count : 0).ToList(), partition =>
            {
                writer.Error(ErrorCode.None);
                writer.Int32(partition);
                writer.Int32(TransactionalBroker.NodeId);
                writer.PlainArray([TransactionalBroker.NodeId], writer.Int32);
                writer.PlainArray([TransactionalBroker.NodeId], writer.Int32);
                if (version >= 5)
                    writer.PlainArray(Array.Empty<int>(), writer.Int32);
            });
        });
        return ValueTask.CompletedTask;
    }
}
