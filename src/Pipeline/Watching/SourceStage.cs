using System.Runtime.CompilerServices;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;

namespace Emergence.Pipeline.Watching;

/// <summary>The head of the graph: what the source says, without what earlier starts dealt with and what <c>--every</c> leaves out.</summary>
/// <param name="run">The run.</param>
/// <param name="arrivals">The source's arrivals, the run's first included.</param>
/// <param name="known">Steps that are committed, refused or recorded as late.</param>
/// <param name="backlog">Counts what is taken.</param>
internal sealed class SourceStage(RunContext run, ArrivalQueue arrivals, IReadOnlySet<long> known, Backlog backlog)
{
    public async IAsyncEnumerable<Message> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var newest = known.Count == 0 ? long.MinValue : known.Max();
        long seen = 0;
        await foreach (var arrival in arrivals.ReadAsync(stop))
        {
            if (seen++ % run.Settings.Every != 0 || known.Contains(arrival.Step))
            {
                continue;
            }

            backlog.Taken();
            var late = arrival.Step < newest && arrival is ArrivedCheckpoint;
            yield return new Arrival(run.Leases, late ? new LateCheckpoint(arrival.Step, arrival.Folder, arrival.At, newest) : arrival);
        }
    }
}
