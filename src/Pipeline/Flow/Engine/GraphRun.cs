namespace Emergence.Pipeline.Flow.Engine;

/// <summary>What all stages of a running graph share: the first failure, the two stop signals and their deadlines.</summary>
internal sealed class GraphRun : IDisposable
{
    private readonly GraphOptions _options;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _overdue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _signals = [];
    private ITimer? _untilAbort;
    private ITimer? _untilOverdue;
    private StageFailedException? _failure;
    private bool _over;

    public GraphRun(GraphOptions options)
    {
        _options = options;
        Stopped = _stop.Token;
        Aborted = _abort.Token;
    }

    /// <summary>Signalled when the source should end; the source alone sees it.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Signalled when every message is to be disposed unseen.</summary>
    public CancellationToken Aborted { get; }

    public TimeProvider Time => _options.Time;

    public IStageObserver? Observer => _options.Observer;

    /// <summary>Completes at the last deadline after an abort.</summary>
    public Task Overdue => _overdue.Task;

    public StageFailedException? Failure => Volatile.Read(ref _failure);

    /// <summary>Records a failure, keeps it if it is the first, and aborts.</summary>
    public void Fail(string stage, long position, string messageText, Exception cause)
    {
        while (cause is AggregateException { InnerExceptions.Count: 1 } wrapper)
        {
            cause = wrapper.InnerExceptions[0];
        }

        Interlocked.CompareExchange(ref _failure, new StageFailedException(stage, position, messageText, cause), null);
        Abort();
    }

    public void RequestStop()
    {
        lock (_gate)
        {
            if (_over || _stop.IsCancellationRequested)
            {
                return;
            }

            _signals.Add(SignalAsync(_stop));
            _untilAbort = _options.Time.CreateTimer(_ => Abort(), null, _options.UntilAbort, Timeout.InfiniteTimeSpan);
        }
    }

    public void Abort()
    {
        lock (_gate)
        {
            if (_over || _abort.IsCancellationRequested)
            {
                return;
            }

            _signals.Add(SignalAsync(_abort));
            if (!_stop.IsCancellationRequested)
            {
                _signals.Add(SignalAsync(_stop));
            }

            _untilOverdue = _options.Time.CreateTimer(_ => _overdue.TrySetResult(), null, _options.AfterAbort, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Completes when whoever listens to the signals raised so far has been told.</summary>
    public Task SignalsDelivered()
    {
        lock (_gate)
        {
            return Task.WhenAll(_signals);
        }
    }

    /// <summary>Ends the deadlines; later stops and aborts do nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            // The token sources hold nothing but memory, and a stage that is stuck may still look at its token: they are not disposed
            // while a signal is on its way.
            _over = true;
            _untilAbort?.Dispose();
            _untilOverdue?.Dispose();
            if (_signals.TrueForAll(s => s.IsCompleted))
            {
                _stop.Dispose();
                _abort.Dispose();
            }
        }
    }

    /// <summary>Sets the signal at once and runs its listeners elsewhere: one that throws or blocks must not do so in a guard or under the lock.</summary>
    private async Task SignalAsync(CancellationTokenSource signal)
    {
        try
        {
            await signal.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            Fail("stop-signal", 0, "", e);
        }
    }
}
