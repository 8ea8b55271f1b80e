using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>A run folder as a source. Nothing of a commit stays in memory: who wants it again has it read again.</summary>
/// <param name="run">The run folder.</param>
/// <param name="flush">Brings the names in a folder to the disk; null does.</param>
internal sealed class RunFolderCommits(RunFolderReader run, Action<string>? flush = null) : ICommitSource
{
    private readonly Action<string> _flush = flush ?? Durability.Flush;

    public string Run => run.Description.Identity.Run;

    public string Place => run.Folder;

    public IReadOnlyList<CommitEntry> ReadCommits() => run.ReadCommits();

    public IEnumerable<TableMessage> ReadMessages(CommitEntry entry, int limit, Predicate<int?>? layers)
    {
        var commit = run.ReadCommit(entry);

        // A commit is seen in the folder before its name is on the disk. Were it published and then lost with the power, the run would
        // decide the step anew, and the topics would hold a commit that never was.
        _flush(run.Folder);
        foreach (var table in TableSchema.Each)
        {
            using var file = run.OpenTable(commit, table);
            foreach (var message in MessageCutter.CutFile(file, file.Name, table, entry.Step, limit, layers))
            {
                yield return message;
            }
        }
    }
}
