using System.Runtime.CompilerServices;
using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// A source's arrivals, the first of which can be looked at before the graph exists: the first checkpoint says which model and
/// tokenizer the run is about. Everything that was looked at is still handed on.
/// </summary>
/// <param name="source">The source.</param>
internal sealed class ArrivalQueue(ICheckpointSource source) : IAsyncDisposable
{
    private readonly CancellationTokenSource _left = new();
    private readonly List<CheckpointArrival> _seen = [];
    private IAsyncEnumerator<CheckpointArrival>? _rest;
    private Task<bool>? _move;
    private bool _disposed;

    /// <summary>Waits for the first checkpoint that arrived whole; called again, for the one after it.</summary>
    /// <param name="seen">Told of everything that came, it included.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>It; null when the source ended without one.</returns>
    public async Task<ArrivedCheckpoint?> FirstWholeAsync(Action<CheckpointArrival> seen, CancellationToken stop)
    {
        while (await MoveAsync(stop))
        {
            seen(_rest!.Current);
            if (_rest.Current is UnfinishedCheckpoint)
            {
                continue;
            }

            _seen.Add(_rest.Current);
            if (_rest.Current is ArrivedCheckpoint arrived)
            {
                return arrived;
            }
        }

        return null;
    }

    /// <summary>What was refused while waiting for the first.</summary>
    public IEnumerable<RefusedCheckpoint> Refused => _seen.OfType<RefusedCheckpoint>();

    /// <summary>All arrivals, those looked at first.</summary>
    public async IAsyncEnumerable<CheckpointArrival> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var arrival in _seen)
        {
            yield return arrival;
        }

        while (await MoveAsync(stop))
        {
            yield return _rest!.Current;
        }
    }

    /// <summary>Ends the source, whether or not it came to its end. Further calls do nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _left.CancelAsync();
        if (_move is not null)
        {
            // A move that the reader gave up waiting for ends with the cancellation; how is of no interest any more.
            await _move.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        if (_rest is not null)
        {
            await _rest.DisposeAsync();
        }

        _left.Dispose();
    }

    private async Task<bool> MoveAsync(CancellationToken stop)
    {
        _rest ??= source.ReadAsync(_left.Token).GetAsyncEnumerator(CancellationToken.None);
        _move ??= _rest.MoveNextAsync().AsTask();
        var moved = await _move.WaitAsync(stop);
        _move = null;
        return moved;
    }
}
