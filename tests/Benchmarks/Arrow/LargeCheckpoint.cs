using Emergence.Stages.Curves;

namespace Emergence.Benchmarks.Arrow;

/// <summary>A checkpoint with the sizes and the skew of a real one: most features fire on most categories, a few on none.</summary>
internal static class LargeCheckpoint
{
    public static CheckpointResult Make(int layers, int features, int categories, Random random)
    {
        var names = Enumerable.Range(0, categories).Select(c => $"category {c}").ToArray();
        string[] facets = ["genre", "pos"];
        string FacetOf(int category) => facets[category < categories * 3 / 5 ? 0 : 1];
        Estimate Estimate() => new(random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble());

        var curves = new List<CurveRow>();
        var rows = new FeatureRow[layers * features];
        var firings = new FiringRow[layers][];
        for (var layer = 0; layer < layers; layer++)
        {
            curves.AddRange(names.Select((name, c) => new CurveRow(layer, FacetOf(c), name, Estimate(), Estimate(), Estimate(), random.Next(features), random.NextDouble(), random.Next(2) == 0, null)));
            var own = new List<FiringRow>();
            for (var f = 0; f < features; f++)
            {
                var rate = Math.Pow(random.NextDouble(), 0.3);
                var before = own.Count;
                for (var c = 0; c < categories; c++)
                {
                    if (random.NextDouble() < rate)
                    {
                        var count = random.Next(1, 4000);
                        own.Add(new FiringRow(layer, f, FacetOf(c), names[c], count, Math.Min(500, count), count * random.NextDouble()));
                    }
                }

                rows[(layer * features) + f] = Row(layer, f, own.Count > before ? own[random.Next(before, own.Count)] : null, random);
            }

            firings[layer] = [.. own];
        }

        HealthRow[] health = [.. Enumerable.Range(0, layers).Select(layer => new HealthRow(layer, 3.2, 0.2, 32, 0.05, 0.01, 0.9, 0.95, 1L << 22, 1e5, 20, 30, 10, 5, 0.01, 0.01))];
        EventRow[] events = [.. Enumerable.Range(0, 50 * layers).Select(i => new EventRow(
            EventKind.IdentityBreak, EventSeverity.Info, 512, i / 50, null, null, random.Next(features), """{"cosine_previous":0.41,"nearest":1234,"state":"categorical"}""", "a feature's direction changed"))];
        return new CheckpointResult(512, 1L << 31, curves, FeatureColumns.Of(rows), FiringColumns.Concatenate(firings), health, events);
    }

    private static FeatureRow Row(int layer, int feature, FiringRow? firing, Random random)
    {
        double? Figure() => firing is null ? null : random.NextDouble();
        var contexts = firing is null ? [] : Enumerable.Range(0, 8).Select(i => new TopContext(random.Next(500), random.Next(2000), 8 - i)).ToArray();
        return new FeatureRow(
            layer, feature, firing?.Firings ?? 0, random.NextDouble(), random.NextDouble(), random.NextDouble(), firing is null ? FeatureState.Dead : (FeatureState)random.Next(1, 4),
            firing?.Facet, firing?.Category, Figure(), Figure(), Figure(), Figure(), Figure(), Figure(), random.NextDouble(), random.NextDouble(), contexts);
    }
}
