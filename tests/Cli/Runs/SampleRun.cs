using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Tests.Runs;

/// <summary>Rows of a small run: one facet, curves that rise from 0.1 to 0.8 around a step of their own.</summary>
internal static class SampleRun
{
    public static readonly string[] Categories = ["noun", "verb", "modal"];

    public static RunOpened Opened(string folder, params CheckpointResult[] committed) =>
        new("sample", folder, "gpt-neox-4x128", 1_840_000, [0, 1], committed);

    public static CheckpointCommitted Committed(long step, int waiting = 0) =>
        new(Result(step), TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(4), waiting);

    public static CheckpointResult Result(long step) => new(
        step,
        step * 1000,
        [.. from layer in new[] { 0, 1 } from c in Enumerable.Range(0, Categories.Length) select Curve(step, layer, c)],
        [],
        [],
        [.. new[] { 0, 1 }.Select(layer => new HealthRow(layer, 8.3 - Math.Log10(step + 1), 0.5 / (layer + 1), 31, 0.02, 0.01, 0.9, 0.98, 1000, 1e5, 1, 1, 1, 1, step == 0 ? null : 0.0123))],
        []);

    private static CurveRow Curve(long step, int layer, int category)
    {
        var onset = 4L << (2 * category);
        var value = 0.1 + 0.7 / (1 + Math.Exp(-4 * (Math.Log10(step + 1) - Math.Log10(onset + 1))));
        var alert = category < 2 && step >= onset ? onset : (long?)null;
        return new(layer, "pos", Categories[category], new(3, 2, 4, 0), new(value / 2, value / 2, value / 2, 0), new(value - 0.01 * layer, value - 0.05, value + 0.05, 0.05), 7, 0.15, value > 0.15, alert);
    }
}
