using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Records;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>How far a run is published, as topic <c>commits</c> says.</summary>
/// <param name="Place">Where that is said.</param>
/// <param name="Notice">The newest commit in the topics.</param>
internal sealed record Cursor(MessagePlace Place, CommitNotice Notice)
{
    /// <summary>Reads it. To be called when older producers of the run are fenced: until then one of them may still commit.</summary>
    /// <param name="client">The client.</param>
    /// <param name="topic">The topic <c>commits</c>.</param>
    /// <param name="run">Run name.</param>
    /// <param name="group">Layer group; null for a run that one process publishes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when nothing is published.</returns>
    /// <exception cref="BadInputException">What stands there is no record of a commit.</exception>
    public static Task<Cursor?> ReadAsync(IKafkaClient client, string topic, string run, string? group, CancellationToken cancellationToken) =>
        NewestAsync(client.ReadToEndAsync(topic, cancellationToken), CommitNotice.KeyOf(run, group));

    /// <summary>The same without waiting for open transactions: a cursor that is committed behind one is not seen.</summary>
    /// <param name="client">The client.</param>
    /// <param name="topic">The topic <c>commits</c>.</param>
    /// <param name="run">Run name.</param>
    /// <param name="group">Layer group; null for a run that one process publishes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when nothing is published.</returns>
    /// <exception cref="BadInputException">What stands there is no record of a commit.</exception>
    public static Task<Cursor?> GlimpseAsync(IKafkaClient client, string topic, string run, string? group, CancellationToken cancellationToken) =>
        NewestAsync(client.ReadSettledAsync(topic, cancellationToken), CommitNotice.KeyOf(run, group));

    private static async Task<Cursor?> NewestAsync(IAsyncEnumerable<ReceivedMessage> messages, string key)
    {
        // The newest of each partition: the same key is in several when partitions were added to the topic since.
        var newest = new Dictionary<int, ReceivedMessage>();
        await foreach (var message in messages.ConfigureAwait(false))
        {
            if (message.Key == key)
            {
                newest[message.Place.Partition] = message;
            }
        }

        if (newest.Count == 0 || newest.Values.MaxBy(m => m.At) is not { Value: { } value } last)
        {
            return null;
        }

        return CommitNotice.Read(value) is { } notice && notice.Key == key
            ? new Cursor(last.Place, notice)
            : throw new BadInputException(
                last.Place.ToString(), $"key {key}", "it does not say how far the run is published", "publish the run from the beginning with publish --again, or under another run name or --topic-prefix");
    }
}
