using System.Globalization;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.State;

/// <summary>
/// A layer group's run folder as messages of topic <c>state</c>, commit by commit, in the transaction of the commit's rows: whoever has read
/// the topic has the folder as it was when the newest published commit was made. What a commit makes useless gets a tombstone.
/// </summary>
/// <param name="run">The group's run folder.</param>
/// <param name="topics">The topics.</param>
/// <param name="group">The group.</param>
/// <param name="partBytes">Longest piece of a file.</param>
public sealed class StateMessages(RunFolderReader run, KafkaTopics topics, string group, int partBytes)
{
    internal const string Sha256 = "sha256";
    internal const string Bytes = "bytes";
    internal const string Parts = "parts";
    internal const string Offset = "offset";
    internal const string StatePath = "state/";
    private readonly string _run = run.Description.Identity.Run;

    /// <summary>The messages of a commit. One piece of a file is in memory at a time.</summary>
    /// <param name="entry">The commit.</param>
    /// <exception cref="BadInputException">A file is missing or cannot be read, or the commit has been replaced.</exception>
    public IEnumerable<KafkaMessage> Of(CommitEntry entry)
    {
        var commit = run.ReadCommit(entry);
        var step = FolderLayout.StepFolder(entry.Step);
        var before = run.ReadCommits().Where(c => c.Sequence < entry.Sequence).ToList();
        var messages = before.Count == 0 ? OfRun() : [];
        foreach (var file in commit.Files)
        {
            // A later commit has removed what no start needs any more.
            if (!file.Path.StartsWith(StatePath, StringComparison.Ordinal) || File.Exists(Local($"{step}/{file.Path}")))
            {
                messages = messages.Concat(OfFile($"{step}/{file.Path}", file.Sha256, file.Bytes));
            }
        }

        var path = $"{step}/{FolderLayout.Commit}";
        messages = messages.Concat(OfFile(path, entry.Hash, new FileInfo(Local(path)).Length));
        return commit is { Refused: false, Inserted: false } && before.LastOrDefault(c => c is { Refused: false, Inserted: false }) is { } last
            ? messages.Concat(Tombstones(last))
            : messages;
    }

    private IEnumerable<KafkaMessage> OfRun()
    {
        var model = Path.Combine(run.Folder, "model");
        var kept = Directory.Exists(model) ? Directory.EnumerateFiles(model) : [];
        foreach (var path in kept.Order(StringComparer.Ordinal).Select(p => $"model/{Path.GetFileName(p)}").Append(RunDescriptionFile.Name))
        {
            var bytes = File.ReadAllBytes(Local(path));
            foreach (var message in OfFile(path, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), bytes.Length))
            {
                yield return message;
            }
        }
    }

    private IEnumerable<KafkaMessage> OfFile(string path, string sha256, long bytes)
    {
        using var stream = Open(path);
        var parts = Count(bytes);
        for (var part = 1; part <= parts; part++)
        {
            var offset = (part - 1L) * partBytes;
            var value = new byte[Math.Min(partBytes, bytes - offset)];
            Fill(stream, path, value);
            yield return new KafkaMessage(
                topics.State,
                new StateKey(_run, group, path, part).ToString(),
                value,
                [new("content-type", "application/octet-stream"), new("run", _run), new(Sha256, sha256), new(Bytes, Text(bytes)), new(Parts, Text(parts)), new(Offset, Text(offset))]);
        }
    }

    private IEnumerable<KafkaMessage> Tombstones(CommitEntry entry) => run.ReadCommit(entry).Files
        .Where(file => file.Path.StartsWith(StatePath, StringComparison.Ordinal))
        .SelectMany(file => Enumerable.Range(1, Count(file.Bytes)).Select(part => new StateKey(_run, group, $"{FolderLayout.StepFolder(entry.Step)}/{file.Path}", part)))
        .Select(key => KafkaMessage.Tombstone(topics.State, key.ToString(), [new("run", _run)]));

    // An empty file is one empty piece.
    private int Count(long bytes) => checked((int)Math.Max(1, (bytes + partBytes - 1) / partBytes));

    private string Local(string path) => Path.Combine(run.Folder, path.Replace('/', Path.DirectorySeparatorChar));

    private FileStream Open(string path)
    {
        try
        {
            return new FileStream(Local(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw Unreadable(path, e);
        }
    }

    private void Fill(FileStream stream, string path, byte[] value)
    {
        try
        {
            stream.ReadExactly(value);
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw Unreadable(path, e);
        }
    }

    private BadInputException Unreadable(string path, Exception e) => new(Local(path), "", $"it cannot be read: {e.Message}", RunFolderReader.StepRemedy, e);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
