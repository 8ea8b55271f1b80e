using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Takes a member into a group; answers when all have joined.</summary>
internal sealed class JoinGroupApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.JoinGroup, 0, 5);

    public async ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        var group = reader.String();
        var session = TimeSpan.FromMilliseconds(reader.Int32());
        var rebalance = version >= 1 ? TimeSpan.FromMilliseconds(reader.Int32()) : session;
        var memberId = reader.String();
        if (version >= 5)
            reader.NullableString();
        var kind = reader.String();
        var protocols = reader.Array(() => (reader.String(), (ReadOnlyMemory<byte>)reader.Bytes().ToArray()));
        var error = request.Injected != ErrorCode.None ? request.Injected
            : group.Length == 0 ? ErrorCode.InvalidGroupId
            : session <= TimeSpan.Zero || session > TimeSpan.FromMinutes(30) ? ErrorCode.InvalidSessionTimeout
            : ErrorCode.None;
        Task<JoinAnswer> joined;
        lock (state.Gate)
        {
            joined = error != ErrorCode.None
                ? Task.FromResult(new JoinAnswer(error, memberId))
                : state.Groups.Get(group).Join(new JoinRequest(memberId, session, rebalance, kind, protocols, MustAskForId: version >= 4));
        }

        var answer = await joined.WaitAsync(request.Closed);
        if (version >= 2)
            writer.Int32(0);
        writer.Error(answer.Error);
        writer.Int32(answer.Generation);
        writer.String(answer.Protocol);
        writer.String(answer.Leader);
        writer.String(answer.MemberId);
        writer.Array(answer.Members ?? [], member =>
        {
            writer.String(member.MemberId);
            if (version >= 5)
                writer.String(null);
            writer.Bytes(member.Metadata.Span);
        });
    }
}
