using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Working;

/// <summary>A source of what it is fed with from outside, one announcement after the other.</summary>
/// <param name="name">Where the announcements come from, for messages.</param>
internal sealed class AnnouncedCheckpoints(string name) : ICheckpointSource
{
    private readonly Channel<CheckpointArrival> _fed = Channel.CreateUnbounded<CheckpointArrival>();
    private int _waiting;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Hands on arrivals, in order.</summary>
    /// <param name="arrivals">What is said of checkpoints.</param>
    public void Feed(IReadOnlyList<CheckpointArrival> arrivals)
    {
        // Counted before the first can be taken, so that the run is not idle between two of them.
        Interlocked.Add(ref _waiting, arrivals.Count);
        foreach (var arrival in arrivals)
        {
            _fed.Writer.TryWrite(arrival);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CheckpointArrival> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var arrival in _fed.Reader.ReadAllAsync(cancellationToken))
        {
            Interlocked.Decrement(ref _waiting);
            yield return arrival;
        }
    }

    /// <inheritdoc/>
    public void Complete() => _fed.Writer.TryComplete();
}
