using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Takes a group's offsets as part of a transaction; they count when it is committed.</summary>
internal sealed class TxnOffsetCommitApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.TxnOffsetCommit, 0, 3, FlexibleFrom: 3);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        var (id, group, producerId, epoch) = (reader.String(), reader.String(), reader.Int64(), reader.Int16());
        var (generation, member) = version >= 3 ? (reader.Int32(), reader.String()) : (-1, "");
        if (version >= 3)
            reader.NullableString();
        var topics = reader.Topics(() =>
        {
            var (partition, offset) = (reader.Int32(), reader.Int64());
            if (version >= 2)
                reader.Int32();
            return (Partition: partition, Offset: new GroupOffset(offset, reader.NullableString()));
        });
        reader.Tags();

        var error = request.Injected;
        lock (state.Gate)
        {
            if (error == ErrorCode.None)
                error = state.Transactions.VerifyOffsets(id, producerId, epoch, group);
            if (error == ErrorCode.None && !state.Options.Cheats.HasFlag(Cheats.NoGenerationCheck))
                error = state.Groups.Get(group).MayCommit(member, generation, inTransaction: true);
            if (error == ErrorCode.None)
            {
                foreach (var topic in topics)
                {
                    foreach (var part in topic.Parts)
                        state.Groups.Offsets.Send(group, producerId, topic.Topic, part.Partition, part.Offset);
                }
            }
        }

        writer.Int32(0);
        writer.Topics(topics, part =>
        {
            writer.Int32(part.Partition);
            writer.Error(error);
        });
        writer.Tags();
        return ValueTask.CompletedTask;
    }
}
