using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Deletes topics with everything in them.</summary>
internal sealed class DeleteTopicsApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.DeleteTopics, 0, 3);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var names = reader.PlainArray(reader.String);
        reader.Int32();
        List<(string Name, ErrorCode Error)> results;
        lock (state.Gate)
        {
            results = [.. names.Select(name => (name, request.Injected != ErrorCode.None ? request.Injected
                : state.Topics.Remove(name) ? ErrorCode.None
                : ErrorCode.UnknownTopicOrPartition))];
            state.Changed_NeedsLock();
        }

        if (request.Version >= 1)
            writer.Int32(0);
        writer.Array(results, topic =>
        {
            writer.String(topic.Name);
            writer.Error(topic.Error);
        });
        return ValueTask.CompletedTask;
    }
}
