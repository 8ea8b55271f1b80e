using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Gives a member its partitions; the leader brings everyone's.</summary>
internal sealed class SyncGroupApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.SyncGroup, 0, 3);

    public async ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var (group, generation, member) = (reader.String(), reader.Int32(), reader.String());
        if (request.Version >= 3)
            reader.NullableString();
        var assignments = reader.Array(() => (reader.String(), reader.Bytes()));
        Task<SyncAnswer> synced;
        lock (state.Gate)
        {
            synced = request.Injected != ErrorCode.None
                ? Task.FromResult(new SyncAnswer(request.Injected))
                : state.Groups.Get(group).Sync(member, generation, assignments);
        }

        var answer = await synced.WaitAsync(request.Closed);
        if (request.Version >= 1)
            writer.Int32(0);
        writer.Error(answer.Error);
        writer.Bytes(answer.Assignment.Span);
    }
}
