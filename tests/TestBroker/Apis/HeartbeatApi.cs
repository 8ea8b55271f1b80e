using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Takes a member's sign of life, and tells it when a rebalance has begun.</summary>
internal sealed class HeartbeatApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.Heartbeat, 0, 3);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var (group, generation, member) = (reader.String(), reader.Int32(), reader.String());
        if (request.Version >= 3)
            reader.NullableString();
        var error = request.Injected;
        lock (state.Gate)
        {
            if (error == ErrorCode.None)
                error = state.Groups.Get(group).Heartbeat(member, generation);
        }

        if (request.Version >= 1)
            writer.Int32(0);
        writer.Error(error);
        return ValueTask.CompletedTask;
    }
}
