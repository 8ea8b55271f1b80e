namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// What a source has found and its reader has not taken yet. Which of the waiting checkpoints are passed over is decided when the
/// reader takes one. Safe for one writer and one reader on different threads.
/// </summary>
/// <param name="policy">What happens when several wait.</param>
internal sealed class ArrivalBuffer(BehindPolicy policy)
{
    private readonly Lock _gate = new();
    private readonly List<CheckpointArrival> _found = [];
    private readonly Queue<CheckpointArrival> _decided = [];
    private TaskCompletionSource _more = New();
    private bool _ended;
    private Exception? _fault;

    /// <summary>Arrivals that have been found and not been taken.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _found.Count + _decided.Count;
            }
        }
    }

    /// <summary>Adds what was found, in the order in which it is to be told.</summary>
    public void Add(IReadOnlyList<CheckpointArrival> arrivals)
    {
        if (arrivals.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _found.AddRange(arrivals);
            _more.TrySetResult();
        }
    }

    /// <summary>Says that nothing more will be found.</summary>
    /// <param name="fault">Why, when it is not the end; the reader gets it after what was found.</param>
    public void End(Exception? fault = null)
    {
        lock (_gate)
        {
            _ended = true;
            _fault = fault;
            _more.TrySetResult();
        }
    }

    /// <summary>Takes the next arrival, waiting for it.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The arrival; null at the end.</returns>
    public async Task<CheckpointArrival?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task more;
            lock (_gate)
            {
                Decide_NeedsLock();
                if (_decided.TryDequeue(out var next))
                {
                    return next;
                }

                if (_ended)
                {
                    return _fault is null ? null : throw _fault;
                }

                if (_more.Task.IsCompleted)
                {
                    _more = New();
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Decide_NeedsLock()
    {
        if (_decided.Count > 0 || _found.Count == 0)
        {
            return;
        }

        if (_found[0] is not ArrivedCheckpoint)
        {
            _decided.Enqueue(_found[0]);
            _found.RemoveAt(0);
            return;
        }

        var waiting = _found.OfType<ArrivedCheckpoint>().ToList();
        var taken = waiting[Math.Min(policy.Stride, waiting.Count) - 1];
        var end = _found.IndexOf(taken);
        foreach (var arrival in _found.Take(end + 1))
        {
            _decided.Enqueue(arrival is ArrivedCheckpoint && !ReferenceEquals(arrival, taken)
                ? new PassedOverCheckpoint(arrival.Step, arrival.Folder, arrival.At, waiting.Count, taken.Step)
                : arrival);
        }

        _found.RemoveRange(0, end + 1);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
