using System.Runtime.CompilerServices;
using Emergence.Sinks.RunFolder;

namespace Emergence.Cli.Tail;

/// <summary>Reads a run folder, also while it is being written.</summary>
/// <param name="folder">The run folder.</param>
/// <param name="time">Clock of the waiting between two looks.</param>
internal sealed class FolderTail(string folder, TimeProvider time) : ITailSource
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TailPiece> ReadAsync(TailQuery query, ITailNotes notes, [EnumeratorCancellation] CancellationToken stop)
    {
        var run = RunFolderReader.Open(folder);
        var identity = run.Description.Identity;
        var steps = run.ListSteps();
        var wanted = steps.Where(step => step >= query.FromStep).ToList();
        foreach (var step in query.Last == 0 ? wanted : wanted.TakeLast(query.Last))
            yield return new(identity, run.Read(step, query.Table));
        if (!query.Follow)
            yield break;
        long? after = steps.Count == 0 ? null : steps[^1];
        await foreach (var result in run.FollowAsync(query.Table, after, Poll, time, stop))
        {
            if (result.Step >= query.FromStep)
                yield return new(identity, result);
        }
    }
}
