using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Gives a producer its id and epoch.</summary>
internal sealed class InitProducerIdApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.InitProducerId, 0, 4, FlexibleFrom: 2);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var id = reader.NullableString();
        var timeout = TimeSpan.FromMilliseconds(reader.Int32());
        var expected = request.Version >= 3 ? (reader.Int64(), reader.Int16()) : (-1L, (short)-1);
        reader.Tags();
        (ErrorCode Error, long ProducerId, short Epoch) answer = (request.Injected, -1, -1);
        lock (state.Gate)
        {
            if (request.Injected == ErrorCode.None)
            {
                answer = id is null ? (ErrorCode.None, state.Transactions.NewProducerId(), (short)0) : state.Transactions.Initialise(id, timeout, expected);
                state.Changed_NeedsLock();
            }
        }

        writer.Int32(0);
        writer.Error(Fencing.For(answer.Error, request.Version >= 4));
        writer.Int64(answer.ProducerId);
        writer.Int16(answer.Epoch);
        writer.Tags();
        return ValueTask.CompletedTask;
    }
}
