namespace Emergence.Pipeline.Progress;

/// <summary>Shows or records what a run does. Called from one thread at a time; must return quickly; must not throw.</summary>
public interface IWatchObserver
{
    /// <summary>Called for each event, in order.</summary>
    /// <param name="watchEvent">What happened.</param>
    void On(WatchEvent watchEvent);
}
