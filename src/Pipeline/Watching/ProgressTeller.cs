using Emergence.Pipeline.Progress;

namespace Emergence.Pipeline.Watching;

/// <summary>Tells the observer what the stages report, one event at a time whatever thread they come from.</summary>
internal sealed class ProgressTeller(IWatchObserver observer)
{
    private readonly Lock _gate = new();

    /// <summary>How many checkpoints have arrived and wait; set when the source is open.</summary>
    public Func<int> Lag { get; set; } = () => 0;

    public void Tell(WatchEvent watchEvent)
    {
        lock (_gate)
        {
            observer.On(watchEvent);
        }
    }

    public void Tell(long step, CheckpointPhase phase, long done, long total) =>
        Tell(new CheckpointProgress(step, phase, done, total, Lag()));
}
