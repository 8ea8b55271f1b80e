using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>
/// A run folder as a source. Nothing of a commit stays in memory: who wants it again has it read again. When a commit's last message has been
/// taken, the next commit is begun to be read (<see cref="CommitAhead"/>). One enumeration at a time.
/// </summary>
/// <param name="run">The run folder.</param>
/// <param name="flush">Brings the names in a folder to the disk; null does.</param>
internal sealed class RunFolderCommits(RunFolderReader run, Action<string>? flush = null) : ICommitSource
{
    private readonly Action<string> _flush = flush ?? Durability.Flush;
    private readonly MessageBuffers _buffers = new();
    private IReadOnlyList<CommitEntry> _known = [];
    private CommitAhead? _ahead;

    public string Run => run.Description.Identity.Run;

    public string Place => run.Folder;

    public IReadOnlyList<CommitEntry> ReadCommits() => _known = run.ReadCommits();

    public IEnumerable<TableMessage> ReadMessages(CommitEntry entry, int limit, Predicate<int?>? layers)
    {
        using var ahead = Interlocked.Exchange(ref _ahead, null);
        var commit = run.ReadCommit(entry);

        // A commit is seen in the folder before its name is on the disk. Were it published and then lost with the power, the run would
        // decide the step anew, and the topics would hold a commit that never was.
        _flush(run.Folder);
        foreach (var table in TableSchema.Each)
        {
            var path = "";
            using var file = (ahead?.Entry == entry ? ahead.Take(table, out path) : null) ?? run.OpenTable(commit, table, out path);
            foreach (var message in MessageCutter.CutFile(file, path, table, entry.Step, limit, layers, _buffers))
            {
                yield return message;
            }
        }

        _ahead = _known.FirstOrDefault(next => next.Sequence > entry.Sequence) is { } next ? CommitAhead.Begin(run, next) : null;
    }
}
