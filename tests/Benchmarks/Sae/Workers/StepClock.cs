using System.Diagnostics;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>Times and allocations of steps.</summary>
internal static class StepClock
{
    /// <summary>Seconds of <paramref name="count"/> steps.</summary>
    public static double Seconds(Action step, int count = 1)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            step();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Steps, at least one, until the time is over: their number, and seconds.</summary>
    public static double[] Run(Action step, double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        var steps = 0;
        do
        {
            step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return [steps, Stopwatch.GetElapsedTime(start).TotalSeconds];
    }

    /// <summary>Managed bytes allocated per step, on every thread of the process.</summary>
    public static double Allocated(Action step, int count)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < count; i++)
        {
            step();
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)count;
    }
}
