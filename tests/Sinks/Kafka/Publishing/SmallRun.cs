using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>Commits with few rows: two layers, a health row for each, one event that concerns no layer.</summary>
internal static class SmallRun
{
    private static readonly Dictionary<string, Action<string>> NoParts = [];

    public static CheckpointResult Result(long step, int layers = 2) => new(
        step,
        step * 10,
        [],
        [],
        [],
        [.. Enumerable.Range(0, layers).Select(layer => new HealthRow(layer, 5 + step, 0.2, 32, 0.1, 0.01, 0.9, 0.95, 100, 1e5, 1, 2, 3, 4, null, null, 0, 0))],
        [new EventRow(EventKind.CheckpointLate, EventSeverity.Info, step, null, null, null, null, "{}", $"event of step {step}")]);

    public static CommitRecord Commit(RunFolderStore store, long step, bool inserted = false) =>
        store.Commit(Result(step), SampleRun.Details with { Inserted = inserted }, NoParts);
}
