using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Creates topics. Replicas cannot be placed by hand.</summary>
internal sealed class CreateTopicsApi(BrokerState state) : IApi
{
    private sealed record Wanted(string Name, int Partitions, short Replication, bool Placed, IReadOnlyList<KeyValuePair<string, string?>> Options);

    public ApiRange Range { get; } = new(ApiKey.CreateTopics, 0, 4);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        var wanted = reader.Array(() => new Wanted(
            reader.String(), reader.Int32(), reader.Int16(),
            reader.Array(() => (reader.Int32(), reader.PlainArray(reader.Int32))).Count > 0,
            reader.Array(() => KeyValuePair.Create(reader.String(), reader.NullableString()))));
        reader.Int32();
        var onlyCheck = version >= 1 && reader.Bool();
        List<(string Name, ErrorCode Error)> results;
        lock (state.Gate)
        {
            results = [.. wanted.Select(topic => (topic.Name, Error: request.Injected != ErrorCode.None ? request.Injected
                : topic.Placed ? ErrorCode.InvalidRequest
                : state.Topics.Create(topic.Name, topic.Partitions, topic.Replication, topic.Options, keep: !onlyCheck)))];
        }

        if (version >= 2)
            writer.Int32(0);
        writer.Array(results, topic =>
        {
            writer.String(topic.Name);
            writer.Error(topic.Error);
            if (version >= 1)
                writer.String(topic.Error == ErrorCode.None ? null : $"{topic.Error}");
        });
        return ValueTask.CompletedTask;
    }
}
