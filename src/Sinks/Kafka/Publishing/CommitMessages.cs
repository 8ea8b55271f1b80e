using System.Globalization;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Turns a commit into messages with their topics, keys and headers.</summary>
/// <param name="source">The commits.</param>
/// <param name="options">What is published.</param>
internal sealed class CommitMessages(ICommitSource source, PublishOptions options)
{
    /// <summary>The messages of a commit's tables, and what goes with them, one in memory at a time: its bytes are there until the next one is asked for.</summary>
    /// <param name="entry">The commit.</param>
    /// <exception cref="BadInputException">A file is damaged, or the commit has been replaced.</exception>
    public IEnumerable<KafkaMessage> Of(CommitEntry entry) => source.ReadMessages(entry, options.MessageBytes, options.Layers)
        .Select(message => new KafkaMessage(options.Topics.Of(message.Table), Key(message.Layer), message.Stream, Headers(entry, message)))
        .Concat(options.Besides?.Invoke(entry) ?? []);

    /// <summary>The record that ends a commit's transaction.</summary>
    /// <param name="entry">The commit.</param>
    /// <param name="messages">How many messages it has.</param>
    /// <param name="publisher">Names who publishes it.</param>
    /// <param name="partition">Where the records before it lie, which the key does not say any more once the topic has been given more partitions; null at the first.</param>
    public KafkaMessage Notice(CommitEntry entry, int messages, string publisher, int? partition)
    {
        var notice = new CommitNotice(
            source.Run, options.Group, entry.Sequence, entry.Step, entry.Hash, entry.Refused, entry.Inserted, messages, entry.TokensSeen, entry.CommittedAt, options.Producer, publisher);
        return new KafkaMessage(
            options.Topics.Commits,
            notice.Key,
            notice.ToBytes(),
            [new("content-type", "application/json"), new("run", source.Run), new("step", Number(entry.Step)), new("sequence", Number(entry.Sequence))])
        {
            Partition = partition,
        };
    }

    private string Key(int? layer) => layer is { } number ? $"{source.Run}/{Number(number)}" : source.Run;

    private List<KeyValuePair<string, string>> Headers(CommitEntry entry, TableMessage message)
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("content-type", TableMessage.ContentType),
            new("emergence-table", TableSchema.NameOf(message.Table)),
            new("emergence-schema-version", TableSchema.Version),
            new("run", source.Run),
            new("step", Number(entry.Step)),
        };
        if (message.Layer is { } layer)
        {
            headers.Add(new("layer", Number(layer)));
        }

        headers.AddRange([new("part", Number(message.Part)), new("parts", Number(message.Parts)), new("sequence", Number(entry.Sequence))]);
        return headers;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
