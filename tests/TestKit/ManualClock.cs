namespace Emergence.TestKit;

/// <summary>A clock that a test moves: timers and delays made with it fire when it is moved past their time, in order of time.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<(int Number, TaskCompletionSource Reached)> _awaited = [];
    private TaskCompletionSource _waited = New();
    private int _timersSet;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock at once.</summary>
    /// <param name="by">How far.</param>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
                _now = next?.Due ?? end;
                next?.Fired_NeedsLock();
            }

            if (next is null)
            {
                return;
            }

            next.Call();
        }
    }

    /// <summary>Moves the clock to the earliest timer.</summary>
    /// <returns>False when none is set.</returns>
    public bool AdvanceToNext()
    {
        ManualTimer? next;
        lock (_lock)
        {
            next = _timers.MinBy(t => t.Due);
            _now = next is null || next.Due < _now ? _now : next.Due;
            next?.Fired_NeedsLock();
        }

        next?.Call();
        return next is not null;
    }

    /// <summary>Waits until the code under test waits for this clock, then moves it. Ends with an error when it never does.</summary>
    /// <param name="by">How far.</param>
    /// <returns>A task that ends when the clock has been moved.</returns>
    public async Task AdvanceWhenWaitedForAsync(TimeSpan by)
    {
        await WaitedForAsync();
        Advance(by);
    }

    /// <summary>Waits until the code under test waits for this clock.</summary>
    /// <returns>A task that ends when at least one timer is set.</returns>
    public Task WaitedForAsync()
    {
        lock (_lock)
        {
            return _waited.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>How many timers and delays have been set so far.</summary>
    public int TimersSet
    {
        get
        {
            lock (_lock)
            {
                return _timersSet;
            }
        }
    }

    /// <summary>Waits until as many timers have been set.</summary>
    /// <param name="number">The number <see cref="TimersSet"/> is to reach.</param>
    /// <returns>A task that ends when it has; with an error when it never does.</returns>
    public Task TimerSetAsync(int number)
    {
        lock (_lock)
        {
            var reached = New();
            _awaited.Add((number, reached));
            Reached_NeedsLock();
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Reached_NeedsLock()
    {
        foreach (var (_, reached) in _awaited.Where(a => a.Number <= _timersSet))
        {
            reached.TrySetResult();
        }
    }

    private void Changed_NeedsLock()
    {
        if (_timers.Count > 0)
        {
            _waited.TrySetResult();
        }
        else if (_waited.Task.IsCompleted)
        {
            _waited = New();
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; }

        public void Call() => callback(state);

        public void Fired_NeedsLock()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
                return;
            }

            clock._timers.Remove(this);
            clock.Changed_NeedsLock();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                    clock._timersSet++;
                    clock.Reached_NeedsLock();
                }

                clock.Changed_NeedsLock();
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                clock.Changed_NeedsLock();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
