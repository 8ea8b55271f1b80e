using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Lets members go.</summary>
internal sealed class LeaveGroupApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.LeaveGroup, 0, 3);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var many = request.Version >= 3;
        var group = reader.String();
        var members = many
            ? reader.Array(() => (Id: reader.String(), Instance: reader.NullableString()))
            : [(Id: reader.String(), Instance: null)];
        List<(string Id, string? Instance, ErrorCode Error)> results;
        lock (state.Gate)
        {
            results = [.. members.Select(member =>
                (member.Id, member.Instance, request.Injected != ErrorCode.None ? request.Injected : state.Groups.Get(group).Leave(member.Id)))];
        }

        if (request.Version >= 1)
            writer.Int32(0);
        writer.Error(many ? request.Injected : results[0].Error);
        if (many)
        {
            writer.Array(results, member =>
            {
                writer.String(member.Id);
                writer.String(member.Instance);
                writer.Error(member.Error);
            });
        }

        return ValueTask.CompletedTask;
    }
}
