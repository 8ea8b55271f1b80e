using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Emergence.Pipeline.Telemetry;

/// <summary>The runs of this process that are in work: who collects asks them what waits. A run that has ended is not asked.</summary>
internal static class RunsInWork
{
    private static readonly ConcurrentDictionary<RunTelemetry, bool> _runs = new();

    public static void Add(RunTelemetry run) => _runs[run] = true;

    public static void Remove(RunTelemetry run) => _runs.TryRemove(run, out _);

    public static IEnumerable<Measurement<long>> Waiting() => _runs.Keys.Select(run => run.Waiting());

    public static IEnumerable<Measurement<long>> Queued() => _runs.Keys.SelectMany(run => run.Queued());
}
