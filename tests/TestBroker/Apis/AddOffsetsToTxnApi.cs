using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Makes a group's offsets part of a transaction.</summary>
internal sealed class AddOffsetsToTxnApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.AddOffsetsToTxn, 0, 2);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var (id, producerId, epoch, group) = (reader.String(), reader.Int64(), reader.Int16(), reader.String());
        var error = request.Injected;
        lock (state.Gate)
        {
            if (error == ErrorCode.None)
                error = state.Transactions.AddOffsets(id, producerId, epoch, group);
        }

        writer.Int32(0);
        writer.Error(Fencing.For(error, request.Version >= 2));
        return ValueTask.CompletedTask;
    }
}
