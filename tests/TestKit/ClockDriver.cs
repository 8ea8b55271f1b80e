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
        WithoutContext(() =>
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
        });
        task.GetAwaiter().GetResult();
    }

    /// <summary>Starts a task on this thread and lets it run to its end. Code that goes back to the context in which it began waits in none then.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="clock">The clock.</param>
    /// <param name="start">Starts the task.</param>
    /// <returns>What the task gives.</returns>
    /// <exception cref="TimeoutException">It waits for something that never comes.</exception>
    public static T RunToEnd<T>(this ManualClock clock, Func<Task<T>> start)
    {
        Task<T>? task = null;
        WithoutContext(() => task = start());
        clock.RunToEnd(task!);
        return task!.GetAwaiter().GetResult();
    }

    /// <summary>Lets time pass; what waits for it goes on, and waits again, as often as the time allows.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="by">How long.</param>
    public static void Pass(this ManualClock clock, TimeSpan by) => WithoutContext(() => clock.Advance(by));

    /// <summary>With a context on this thread what a timer lets go on would go on elsewhere.</summary>
    private static void WithoutContext(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
