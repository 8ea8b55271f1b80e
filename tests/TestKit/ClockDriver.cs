using System.Diagnostics;

namespace Emergence.TestKit;

/// <summary>Runs code that waits for a <see cref="ManualClock"/>, on the calling thread alone where that is possible: the same each time.</summary>
public static class ClockDriver
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    /// <summary>Lets a task run to its end; the clock goes to its next timer whenever the task waits.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="task">The task.</param>
    /// <exception cref="TimeoutException">It waits for something that never comes.</exception>
    public static void RunToEnd(this ManualClock clock, Task task)
    {
        // With a context on this thread what a timer lets go on would go on elsewhere.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var start = Stopwatch.GetTimestamp();
            while (!task.IsCompleted)
            {
                if (clock.AdvanceToNext())
                {
                    continue;
                }

                if (Stopwatch.GetElapsedTime(start) > Watchdog)
                {
                    throw new TimeoutException("it waits for something that never comes");
                }

                Thread.Yield();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        task.GetAwaiter().GetResult();
    }
}
