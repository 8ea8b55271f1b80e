using Emergence.Pipeline.Progress;

namespace Emergence.Cli.Demo;

/// <summary>Lets the trainer's lines and the watcher's events reach one observer, one at a time.</summary>
/// <param name="inner">The observer.</param>
internal sealed class LockedObserver(IWatchObserver inner) : IWatchObserver
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void On(WatchEvent watchEvent)
    {
        lock (_gate)
        {
            inner.On(watchEvent);
        }
    }
}
