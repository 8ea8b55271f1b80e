using Emergence.Pipeline.Assembly;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Watching;

namespace Emergence.Pipeline.Announcing;

/// <summary>Announces what the source says until that ends.</summary>
/// <param name="announcements">Makes announcements.</param>
/// <param name="announcer">Sends them.</param>
/// <param name="journal">Shown what was sent.</param>
/// <param name="assembly">Says how far the workers are.</param>
/// <param name="policy">Whether the next checkpoint is asked for only when the workers are done with those before it.</param>
/// <param name="progress">Tells the observer.</param>
/// <param name="telemetry">Counts what is announced.</param>
internal sealed class AnnounceLoop(
    ArrivalAnnouncements announcements, Announcer announcer, SharedJournal journal, AssemblyLoop assembly, BehindPolicy policy, ProgressTeller progress, AnnounceTelemetry telemetry)
{
    /// <summary>Announces.</summary>
    /// <param name="arrivals">The source's arrivals.</param>
    /// <param name="stop">Ask the source for no more; what is being announced is announced.</param>
    /// <param name="abort">Give that up too.</param>
    /// <returns>Whether the source came to its end.</returns>
    public async Task<bool> RunAsync(ArrivalQueue arrivals, CancellationToken stop, CancellationToken abort)
    {
        try
        {
            await using var sequence = arrivals.ReadAsync(stop).GetAsyncEnumerator(CancellationToken.None);
            while (true)
            {
                if (policy != BehindPolicy.Queue)
                {
                    // Which of the waiting checkpoints is taken is decided when one is asked for: as late as it can be.
                    await assembly.CaughtUpAsync(stop);
                }

                if (!await sequence.MoveNextAsync())
                {
                    return true;
                }

                if (announcements.Take(sequence.Current, stop) is { Count: > 0 } groups)
                {
                    await announcer.AnnounceAsync(groups, abort);
                    telemetry.Announced(groups[0].Step);
                    journal.Show();
                    progress.Tell(new RunRemark($"step {groups[0].Step} is announced to {string.Join(", ", groups.Select(g => g.Group))}"));
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
