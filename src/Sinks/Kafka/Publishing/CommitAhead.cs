using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>
/// The first tables of a commit, read and compared with it while the commit before is on its way: the disk and the hashes cost as much as the
/// brokers. Bounded, and thrown away when another commit is wanted.
/// </summary>
internal sealed class CommitAhead : IDisposable
{
    /// <summary>Most bytes that are read ahead.</summary>
    public const long MaxBytes = 64L << 20;

    private readonly Task<Queue<Contents>> _reading;

    private CommitAhead(CommitEntry entry, Func<Queue<Contents>> read) => (Entry, _reading) = (entry, Task.Run(read));

    /// <summary>The commit.</summary>
    public CommitEntry Entry { get; }

    /// <summary>Begins to read a commit.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="entry">The commit.</param>
    public static CommitAhead Begin(RunFolderReader run, CommitEntry entry) => new(entry, () => Read(run, entry));

    /// <summary>Takes the next table, when it was read; the caller disposes it.</summary>
    /// <param name="table">The table; each once, in the order of <see cref="TableSchema.Each"/>.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <returns>Null when it was not read.</returns>
    public Stream? Take(Tables table, out string path)
    {
        var contents = _reading.GetAwaiter().GetResult();
        (var found, path) = contents.TryPeek(out var next) && next.Table == table ? (contents.Dequeue().Stream, next.Path) : (null, "");
        return found;
    }

    /// <summary>Lets go of what was not taken, once it has been read.</summary>
    public void Dispose() => _reading.ContinueWith(
        read =>
        {
            foreach (var contents in read.Result)
            {
                contents.Stream.Dispose();
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnRanToCompletion,
        TaskScheduler.Default);

    private static Queue<Contents> Read(RunFolderReader run, CommitEntry entry)
    {
        var contents = new Queue<Contents>();
        try
        {
            var commit = run.ReadCommit(entry);
            var left = MaxBytes;
            foreach (var table in TableSchema.Each)
            {
                if ((left -= run.TableBytes(commit, table)) < 0)
                {
                    break;
                }

                contents.Enqueue(new Contents(table, run.OpenTable(commit, table, out var path), path));
            }
        }
        catch (Exception)
        {
            // Whatever it was, it is met and told when the table is wanted.
        }

        return contents;
    }

    private sealed record Contents(Tables Table, Stream Stream, string Path);
}
