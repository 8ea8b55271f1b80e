namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>A clock that moves when a test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Until somebody waits on this clock.</summary>
    public Task SomebodyWaits
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Task;
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            var timer = new Timer(this, callback, state);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _timers.Add(timer);
                _waiting.TrySetResult();
            }

            return timer;
        }
    }

    /// <summary>Lets all who wait go on.</summary>
    public void Advance()
    {
        List<Timer> due;
        lock (_gate)
        {
            due = [.. _timers];
            _timers.Clear();
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
