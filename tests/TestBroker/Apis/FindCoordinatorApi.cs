using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Says who coordinates a group or a transactional id: always the one node.</summary>
internal sealed class FindCoordinatorApi(Func<int> port) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.FindCoordinator, 0, 2);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        reader.String();
        var kind = request.Version >= 1 ? reader.Int8() : (sbyte)0;
        var error = request.Injected != ErrorCode.None ? request.Injected : kind is 0 or 1 ? ErrorCode.None : ErrorCode.InvalidRequest;
        if (request.Version >= 1)
            writer.Int32(0);
        writer.Error(error);
        if (request.Version >= 1)
            writer.String(null);
        writer.Int32(error == ErrorCode.None ? TransactionalBroker.NodeId : -1);
        writer.String(error == ErrorCode.None ? TransactionalBroker.Host : "");
        writer.Int32(error == ErrorCode.None ? port() : -1);
        return ValueTask.CompletedTask;
    }
}
