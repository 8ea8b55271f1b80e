using Emergence.Cli.Runs;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Live;

/// <summary>A category at the layer where its best F1 is highest now.</summary>
/// <param name="Name">Facet and category.</param>
/// <param name="Layer">That layer.</param>
/// <param name="Trajectory">best_f1 there at every committed checkpoint; NaN where a checkpoint lacks it.</param>
/// <param name="First">best_f1 there at the first checkpoint.</param>
/// <param name="Now">best_f1 there at the newest.</param>
/// <param name="Alert">Earliest alert at any layer; null before it.</param>
internal sealed record RisingCategory(string Name, int Layer, IReadOnlyList<double> Trajectory, double First, double Now, long? Alert)
{
    /// <summary>How far it has risen.</summary>
    public double Rise => Now - First;

    /// <summary>The categories of a run, those that have risen most first.</summary>
    /// <param name="record">What the run told.</param>
    /// <param name="count">How many are wanted.</param>
    public static IReadOnlyList<RisingCategory> Of(RunRecord record, int count)
    {
        var committed = record.Committed;
        if (committed.Count == 0 || count <= 0)
            return [];
        var first = Values(committed[0]);
        var best = committed[^1].Curves
            .GroupBy(c => (c.Facet, c.Category))
            .Select(g => (Row: g.MaxBy(c => c.BestF1.Value)!, Alert: g.Min(c => c.AlertStep)))
            .OrderByDescending(b => b.Row.BestF1.Value - first.GetValueOrDefault(Key(b.Row)))
            .ThenBy(b => b.Row.Category, StringComparer.Ordinal)
            .Take(count)
            .ToArray();
        var columns = committed.Select(Values).ToArray();
        return [.. best.Select(b =>
        {
            var trajectory = columns.Select(c => c.TryGetValue(Key(b.Row), out var value) ? value : double.NaN).ToArray();
            return new RisingCategory($"{b.Row.Facet}/{b.Row.Category}", b.Row.Layer, trajectory, first.GetValueOrDefault(Key(b.Row)), b.Row.BestF1.Value, b.Alert);
        })];
    }

    private static (int Layer, string Facet, string Category) Key(CurveRow row) => (row.Layer, row.Facet, row.Category);

    private static Dictionary<(int Layer, string Facet, string Category), double> Values(CheckpointResult result) =>
        result.Curves.ToDictionary(Key, c => c.BestF1.Value);
}
