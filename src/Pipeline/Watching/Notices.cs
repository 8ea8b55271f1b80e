using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Checkpoints that are only spoken of: late, passed over, refused or vanished behind a later step. Their events are published with
/// the next checkpoint in step order. <see cref="Add"/> is safe from any thread; the rest is one stage's.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="backlog">Told of what ends here.</param>
/// <param name="newest">The newest step that earlier starts dealt with; null when there is none.</param>
internal sealed class Notices(RunContext run, Backlog backlog, long? newest)
{
    private readonly List<EventRow> _waiting = [];
    private readonly SpokenOf _spokenOf = new(run.Settings.Late, newest);

    /// <summary>Takes an arrival that nothing is to be done about.</summary>
    /// <param name="arrival">What the source said.</param>
    /// <returns>False when the checkpoint is to be worked on, or to be committed as not used: it is the caller's then.</returns>
    public bool Takes(CheckpointArrival arrival)
    {
        if (arrival is UnfinishedCheckpoint unfinished)
        {
            backlog.Ended();
            run.Progress.Tell(new RunRemark(unfinished.ToString()));
            return true;
        }

        if (_spokenOf.Event(arrival) is not { } notice)
        {
            return false;
        }

        Add(notice);
        return true;
    }

    /// <summary>Whether the source took a late checkpoint for one that will be read.</summary>
    /// <param name="arrival">What the source said.</param>
    public bool WasToBeInserted(CheckpointArrival arrival) => arrival is LateCheckpoint && run.Settings.Late == LatePolicy.Insert;

    /// <summary>Adds the event of a checkpoint that ends here.</summary>
    /// <param name="notice">What is to be published.</param>
    public void Add(EventRow notice)
    {
        lock (_waiting)
        {
            _waiting.Add(notice);
        }

        backlog.Ended();
        run.Progress.Tell(new CheckpointSkipped(notice));
    }

    /// <summary>Hands over the events, for the commit of the checkpoint in work.</summary>
    /// <returns>In the order they happened.</returns>
    public IReadOnlyList<EventRow> Release()
    {
        lock (_waiting)
        {
            EventRow[] released = [.. _waiting];
            _waiting.Clear();
            return released;
        }
    }
}
