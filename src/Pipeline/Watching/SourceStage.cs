using System.Runtime.CompilerServices;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Watching;

/// <summary>The head of the graph: what the source says, without what earlier starts dealt with and what <c>--every</c> leaves out.</summary>
/// <param name="run">The run.</param>
/// <param name="arrivals">The source's arrivals, the run's first included.</param>
/// <param name="known">Steps that are committed, refused or recorded as late or skipped.</param>
/// <param name="backlog">Counts what is taken.</param>
/// <param name="gate">When the next may be taken.</param>
internal sealed class SourceStage(RunContext run, ArrivalQueue arrivals, IReadOnlySet<long> known, Backlog backlog, TakeGate gate)
{
    public async IAsyncEnumerable<Message> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var newest = known.Count == 0 ? long.MinValue : known.Max();
        var place = new PlaceInOrder();
        var entered = false;
        await using var sequence = arrivals.ReadAsync(stop).GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            if (!entered)
            {
                await gate.EnterAsync(stop);
                entered = true;
            }

            if (!await sequence.MoveNextAsync())
            {
                break;
            }

            var arrival = sequence.Current;
            if (place.Of(arrival) % run.Settings.Every != 0 || known.Contains(arrival.Step))
            {
                continue;
            }

            if (arrival is ArrivedCheckpoint arrived && arrival.Step < newest)
            {
                arrival = new LateCheckpoint(arrival.Step, arrival.Folder, arrival.At, newest) { Progress = arrived.Progress, Files = arrival.Files };
            }

            backlog.Taken();
            entered = arrival is not ArrivedCheckpoint && !(arrival is LateCheckpoint && run.Settings.Late == LatePolicy.Insert);
            yield return new Arrival(run.Leases, arrival);
        }
    }

    /// <summary>Numbers the steps from 0 in the order they are told; a second folder of a step has no number of its own.</summary>
    private sealed class PlaceInOrder
    {
        private long _next;

        public long Of(CheckpointArrival arrival) => arrival is RefusedCheckpoint { Reason: RefusalReason.SameStep } ? 0 : _next++;
    }
}
