using Emergence.Pipeline.Progress;

namespace Emergence.Cli.Runs;

/// <summary>Tells several observers, in order.</summary>
internal sealed class Observers(params IWatchObserver[] all) : IWatchObserver
{
    /// <inheritdoc/>
    public void On(WatchEvent watchEvent)
    {
        foreach (var observer in all)
            observer.On(watchEvent);
    }
}
