using System.Diagnostics;
using System.Globalization;
using Emergence.Benchmarks.Sae.Workers;

namespace Emergence.Benchmarks.Sae.Speed;

/// <summary>
/// How much of the machine was taken by anything but this benchmark: ratios are worth little where that is much, because a trainer that
/// waits at barriers suffers more from it than another.
/// </summary>
internal sealed class OtherLoad
{
    // The unit of /proc/stat on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly IReadOnlyList<Worker> _workers;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _busy;
    private readonly double _own;

    /// <summary>Begins to watch.</summary>
    /// <param name="workers">Processes of the benchmark besides this one.</param>
    public OtherLoad(IReadOnlyList<Worker> workers)
    {
        _workers = workers;
        (_busy, _own) = (Busy(), Own());
    }

    /// <summary>Share of all cores' time since the beginning; NaN where /proc does not say.</summary>
    public double Share => Math.Max(0, Busy() - _busy - (Own() - _own)) / (Stopwatch.GetElapsedTime(_start).TotalSeconds * Environment.ProcessorCount);

    private double Own() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds + _workers.Sum(w => w.ProcessorSeconds);

    // "cpu user nice system idle iowait irq softirq steal …": all but the two idle ones.
    private static double Busy()
    {
        if (!File.Exists("/proc/stat"))
        {
            return double.NaN;
        }

        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Skip(1).Take(8).Where((_, i) => i is not (3 or 4)).Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
