using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Which arrivals have a commit of their own, and which are only spoken of in the next one: late, passed over, refused or vanished behind
/// a later step. Asked about every arrival in order, once.
/// </summary>
/// <param name="late">What is done with late ones.</param>
/// <param name="newest">The newest step that earlier starts dealt with; null when there is none.</param>
internal sealed class SpokenOf(LatePolicy late, long? newest)
{
    private readonly HashSet<long> _committed = [];
    private long? _newest = newest;

    /// <summary>The event of an arrival that nothing is to be done about.</summary>
    /// <param name="arrival">What the source said; not that a checkpoint is unfinished.</param>
    /// <returns>The event; null when the checkpoint is to be worked on, or to be committed as not used.</returns>
    public EventRow? Event(CheckpointArrival arrival)
    {
        switch (arrival)
        {
            // A step that was given up is committed as not used, and has no place for another commit.
            case LateCheckpoint arrived when late == LatePolicy.Event || _committed.Contains(arrived.Step):
                return arrived.ToEvent();
            case PassedOverCheckpoint passed:
                return passed.ToEvent();
            case RefusedCheckpoint refused when refused.Reason == RefusalReason.SameStep || refused.Step <= _newest:
                return refused.ToEvent();
            case VanishedCheckpoint vanished when vanished.Step <= _newest:
                return vanished.ToEvent();
            case LateCheckpoint:
                return null;
            default:
                _newest = Math.Max(_newest ?? arrival.Step, arrival.Step);
                _committed.Add(arrival.Step);
                return null;
        }
    }
}
