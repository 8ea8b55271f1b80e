using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Commits or aborts a transaction.</summary>
internal sealed class EndTxnApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.EndTxn, 0, 2);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var (id, producerId, epoch, commit) = (reader.String(), reader.Int64(), reader.Int16(), reader.Bool());
        var error = request.Injected;
        lock (state.Gate)
        {
            if (error == ErrorCode.None)
            {
                error = state.Transactions.End(id, producerId, epoch, commit);
                state.Changed_NeedsLock();
            }
        }

        writer.Int32(0);
        writer.Error(Fencing.For(error, request.Version >= 2));
        return ValueTask.CompletedTask;
    }
}
