using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Makes partitions part of a transaction: all of those asked for, or none.</summary>
internal sealed class AddPartitionsToTxnApi(BrokerState state) : IApi
{
    public ApiRange Range { get; } = new(ApiKey.AddPartitionsToTxn, 0, 2);

    public ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var (id, producerId, epoch) = (reader.String(), reader.Int64(), reader.Int16());
        var topics = reader.Array(() => new TopicParts<int>(reader.String(), reader.PlainArray(reader.Int32)));
        var error = request.Injected;
        HashSet<(string, int)> unknown = [];
        lock (state.Gate)
        {
            if (error == ErrorCode.None)
            {
                var all = topics.SelectMany(topic => topic.Parts.Select(partition => (topic.Topic, partition))).ToList();
                unknown = [.. all.Where(place => state.Topics.Find(place.Topic, place.partition) is null)];
                error = unknown.Count > 0 ? ErrorCode.OperationNotAttempted : state.Transactions.AddPartitions(id, producerId, epoch, all);
            }
        }

        error = Fencing.For(error, request.Version >= 2);
        writer.Int32(0);
        writer.Array(topics, topic =>
        {
            writer.String(topic.Topic);
            writer.Array(topic.Parts, partition =>
            {
                writer.Int32(partition);
                writer.Error(unknown.Contains((topic.Topic, partition)) ? ErrorCode.UnknownTopicOrPartition : error);
            });
        });
        return ValueTask.CompletedTask;
    }
}
