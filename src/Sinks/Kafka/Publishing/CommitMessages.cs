using System.Globalization;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Turns a commit of a run folder into messages. Nothing of it stays in memory: who wants it again has it read again.</summary>
/// <param name="run">The run folder.</param>
/// <param name="options">What is published.</param>
internal sealed class CommitMessages(RunFolderReader run, PublishOptions options)
{
    private readonly string _run = run.Description.Identity.Run;

    /// <summary>The messages of a commit's tables, by table and layer. One of them is in memory at a time, besides the file it is cut from.</summary>
    /// <param name="entry">The commit.</param>
    /// <exception cref="BadInputException">A file is damaged, or the commit has been replaced.</exception>
    public IEnumerable<KafkaMessage> Of(CommitEntry entry)
    {
        var commit = run.ReadCommit(entry);
        foreach (var table in TableSchema.Each)
        {
            using var file = run.OpenTable(commit, table);
            foreach (var message in MessageCutter.CutFile(file, file.Name, table, entry.Step, options.MessageBytes, options.Layers))
            {
                yield return new KafkaMessage(options.Topics.Of(table), Key(message.Layer), message.Stream, Headers(entry, message));
            }
        }
    }

    /// <summary>The record that ends a commit's transaction.</summary>
    /// <param name="entry">The commit.</param>
    /// <param name="messages">How many messages it has.</param>
    public KafkaMessage Notice(CommitEntry entry, int messages)
    {
        var notice = new CommitNotice(
            _run, options.Group, entry.Sequence, entry.Step, entry.Hash, entry.Refused, entry.Inserted, messages, entry.TokensSeen, entry.CommittedAt, options.Producer);
        return new KafkaMessage(options.Topics.Commits, notice.Key, notice.ToBytes(), [new("content-type", "application/json"), new("run", _run), new("step", Number(entry.Step)), new("sequence", Number(entry.Sequence))]);
    }

    private string Key(int? layer) => layer is { } number ? $"{_run}/{Number(number)}" : _run;

    private List<KeyValuePair<string, string>> Headers(CommitEntry entry, TableMessage message)
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("content-type", TableMessage.ContentType),
            new("emergence-table", TableSchema.NameOf(message.Table)),
            new("emergence-schema-version", TableSchema.Version),
            new("run", _run),
            new("step", Number(entry.Step)),
            new("part", Number(message.Part)),
            new("parts", Number(message.Parts)),
            new("sequence", Number(entry.Sequence)),
        };
        if (message.Layer is { } layer)
        {
            headers.Insert(5, new("layer", Number(layer)));
        }

        return headers;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
