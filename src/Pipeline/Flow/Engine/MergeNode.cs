namespace Emergence.Pipeline.Flow.Engine;

/// <summary>
/// Joins branches into one stream that ends when the last of them has ended. Each branch keeps its order; a branch that has
/// delivered a barrier is held until all living branches have, then one of their barriers passes and the others are disposed.
/// </summary>
internal sealed class MergeNode(string name) : Node(name, NodeShape.Merge, TaskScheduler.Default)
{
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource<bool>> _held = [];
    private int _living;
    private string _boundary = "";

    public override void Open(GraphRun run)
    {
        base.Open(run);
        _living = Inlets.Count;
    }

    public override async ValueTask WorkAsync(Inlet inlet, Message message, Emission emission)
    {
        if (message is not BarrierMessage)
        {
            await emission.SendAsync(message).ConfigureAwait(false);
            return;
        }

        if (await ArriveAsync(message.ToString(), emission.Aborted).ConfigureAwait(false))
        {
            await emission.SendAsync(message).ConfigureAwait(false);
            ReleaseHeld();
        }
    }

    protected override void InletEnded(Inlet inlet)
    {
        TaskCompletionSource<bool>? last = null;
        lock (_gate)
        {
            _living--;
            if (_held.Count > 0 && _held.Count == _living)
            {
                last = TakeLastHeld_NeedsLock();
            }
        }

        last?.TrySetResult(true);
    }

    /// <summary>Waits for the other branches; true for the one branch that is to forward its barrier.</summary>
    private Task<bool> ArriveAsync(string boundary, CancellationToken aborted)
    {
        lock (_gate)
        {
            if (_held.Count > 0 && boundary != _boundary)
            {
                throw new InvalidOperationException($"the branches disagree: one has come to {_boundary}, another to {boundary}");
            }

            if (_held.Count + 1 == _living)
            {
                return Task.FromResult(true);
            }

            _boundary = boundary;
            var arrival = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _held.Add(arrival);
            return arrival.Task.WaitAsync(aborted);
        }
    }

    private void ReleaseHeld()
    {
        TaskCompletionSource<bool>[] held;
        lock (_gate)
        {
            held = [.. _held];
            _held.Clear();
        }

        foreach (var arrival in held)
        {
            arrival.TrySetResult(false);
        }
    }

    private TaskCompletionSource<bool> TakeLastHeld_NeedsLock()
    {
        var last = _held[^1];
        _held.RemoveAt(_held.Count - 1);
        return last;
    }
}
