using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.Arrow;

/// <summary>Checkpoint results with every kind of value in them, from a seed.</summary>
internal static class SampleResults
{
    public static readonly RunIdentity Run = new("nightly", "tiny-neox", 1_234_567, "1", "emergence 0.1.0");

    public static CheckpointResult Make(long step, int seed = 1, int features = 12)
    {
        var random = new Random(seed);
        string[] categories = ["noun", "verb", "adjectif é", "日本語", "modal"];
        Estimate Estimate() => new(random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble());
        var curves = new List<CurveRow>();
        var health = new List<HealthRow>();
        var rows = new List<FeatureRow>();
        var firings = new List<FiringRow>();
        for (var layer = 0; layer < 3; layer++)
        {
            foreach (var category in categories)
            {
                curves.Add(new CurveRow(
                    layer, "pos", category, Estimate(), Estimate(), Estimate(), random.Next(-1, 5), random.NextDouble(), random.Next(2) == 1, random.Next(2) == 1 ? step : null));
            }

            for (var feature = 0; feature < features; feature++)
            {
                var fires = random.Next(3) > 0;
                rows.Add(new FeatureRow(
                    layer, feature, fires ? random.Next(1, 9) : 0, random.NextDouble(), random.NextDouble(), random.NextDouble(),
                    (FeatureState)random.Next(6), fires ? "pos" : null, fires ? categories[random.Next(5)] : null,
                    fires ? random.NextDouble() : null, fires ? random.NextDouble() : null, fires ? random.NextDouble() : null,
                    fires ? random.NextDouble() : null, fires ? -1.5 : null, fires ? double.NaN : null, fires ? 1 : null, null,
                    [.. Enumerable.Range(0, random.Next(4)).Select(_ => new TopContext(random.Next(60), random.Next(2000), random.NextSingle()))]));
                firings.Add(new FiringRow(layer, feature, "pos", categories[random.Next(5)], random.NextInt64(1, 1L << 40), random.Next(60), random.NextDouble() * 1e6));
            }

            health.Add(new HealthRow(layer, layer == 0 ? null : 7.5, 0.2, 32, 0.1, 0.01, 0.9, 0.95, 1L << 33, 1e5, 1, 2, 3, double.PositiveInfinity, 0.0125, layer == 0 ? 0.5 : null, layer, 12.5 + layer));
        }

        EventRow[] events =
        [
            new(EventKind.Onset, EventSeverity.Info, step, 2, "pos", "verb", null, """{"best_f1":0.4}""", "verb rises at layer 2"),
            new(EventKind.CheckpointRefused, EventSeverity.Error, 7, null, null, null, null, "{}", "step 7 is a copy of step 4"),
        ];
        return new CheckpointResult(step, step * 4096, curves, rows, firings, health, events);
    }

    public static CheckpointResult Empty(long step) => new(step, null, [], [], [], [], []);
}
