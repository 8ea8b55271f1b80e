using Emergence.Pipeline.Progress;

namespace Emergence.Pipeline.Watching;

/// <summary>Tells the observer what the stages report, one event at a time whatever thread they come from.</summary>
internal sealed class ProgressTeller(IWatchObserver observer, Func<int> waiting)
{
    private readonly Lock _gate = new();

    /// <summary>Checkpoints that have arrived and wait.</summary>
    public int Waiting => waiting();

    public void Tell(WatchEvent watchEvent)
    {
        lock (_gate)
        {
            observer.On(watchEvent);
        }
    }

    public void Tell(long step, CheckpointPhase phase, long done, long total) =>
        Tell(new CheckpointProgress(step, phase, done, total, waiting()));
}
