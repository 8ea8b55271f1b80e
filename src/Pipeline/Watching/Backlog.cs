using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Watching;

/// <summary>How far the watcher lags: checkpoints that have arrived and are not the one in work. Safe from any thread.</summary>
/// <param name="source">Where they come from.</param>
internal sealed class Backlog(ICheckpointSource source)
{
    private int _taken;
    private int _ended;

    /// <summary>Checkpoints that wait.</summary>
    public int Waiting => source.Waiting + Math.Max(0, Volatile.Read(ref _taken) - Volatile.Read(ref _ended) - 1);

    /// <summary>Whether none is in work or waits.</summary>
    public bool IsIdle => source.Waiting == 0 && Volatile.Read(ref _taken) == Volatile.Read(ref _ended);

    /// <summary>Called whenever one has ended: its commit, if it has one, is on the disk.</summary>
    public Action WhenEnded { get; set; } = () => { };

    public void Taken() => Interlocked.Increment(ref _taken);

    public void Ended()
    {
        Interlocked.Increment(ref _ended);
        WhenEnded();
    }
}
