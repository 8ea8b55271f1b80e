using Emergence.Sinks.Report;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.Report;

/// <summary>A report of a made-up run: two facets whose curves rise at steps of their own, deeper layers earlier and higher.</summary>
internal static class SampleReport
{
    private static readonly string[] Pos =
    [
        "noun", "proper noun", "verb", "verb, past", "participle", "adjective", "adverb", "article", "preposition", "pronoun, subject", "pronoun, object",
        "possessive", "modal", "to", "be", "have", "do", "conjunction", "subordinator", "cardinal", "ordinal", "comma", "full stop", "quote", "dash", "negation", "wh-word", "existential", "determiner", "plural",
    ];

    private static readonly string[] Genre =
    [
        "news", "editorial", "reviews", "religion", "hobbies", "lore", "belles lettres", "government", "learned", "fiction", "mystery", "science fiction", "adventure", "romance", "humor",
    ];

    public static readonly long[] Steps = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1500, 2000, 2500, 3000, 3500, 4000];

    public static ReportRun Full(int layers = 4) => Of(Steps, layers, ("pos", Pos), ("genre", Genre));

    public static ReportRun Small(string category = "noun") => Of([0, 1, 8, 64], 2, ("pos", [category, "verb"]));

    public static ReportRun Of(long[] steps, int layers, params (string Facet, string[] Categories)[] facets) => new(
        "demo", "gpt-neox-4x128", 1_838_080, "1",
        [new("SAE", "BatchTopK, 2048 features, k 32"), new("Probe set", "60 documents, 138 204 tokens"), new("Seed", "0")],
        [.. steps.Select(step => Checkpoint(step, steps, layers, facets))]);

    private static CheckpointResult Checkpoint(long step, long[] steps, int layers, (string Facet, string[] Categories)[] facets)
    {
        var curves = new List<CurveRow>();
        foreach (var (facet, categories) in facets)
        {
            for (var c = 0; c < categories.Length; c++)
            {
                for (var layer = 0; layer < layers; layer++)
                    curves.Add(Curve(step, steps, layer, layers, facet, categories[c], c));
            }
        }

        var u = Math.Log10(step + 1);
        return new(
            step, step * 4096, curves, [], [],
            [.. Enumerable.Range(0, layers).Select(l => new HealthRow(l, 8.31 - (3.4 / (1 + Math.Exp(-2.2 * (u - 1.9)))), 0.08 + (0.05 * l) + (0.04 * Math.Sin(u + l)), 31 + l, 0.3 * Math.Exp(-u) + (0.01 * l), 0.01, 0.97 - (0.02 * l), 0.98, 50_000, 1e5, 1, 1, 1, 1))],
            step == 64 ? [new(EventKind.CheckpointRefused, EventSeverity.Warning, 65, null, null, null, null, "{}", "step-65 holds the same weights as step 64")] : []);
    }

    private static CurveRow Curve(long step, long[] steps, int layer, int layers, string facet, string category, int index)
    {
        // A small generator of its own: the sample is the same on every machine.
        var noise = (((index * 7919) + (layer * 104_729) + (step * 31)) % 1000 / 1000.0) - 0.5;
        var height = facet == "pos" ? 0.25 + (0.6 * ((index * 37) % 30 / 30.0)) : 0.03 + (0.16 * ((index * 11) % 15 / 15.0));
        var onset = 0.7 + ((index * 53) % 30 / 12.0) + (0.12 * (layers - layer));
        double Value(long s) => 0.07 + (height * (0.6 + (0.4 * (layer + 1) / layers)) / (1 + Math.Exp(-3.2 * (Math.Log10(s + 1) - onset))));
        var value = Math.Max(0.01, Value(step) + (0.02 * noise));
        var alert = steps.Where(s => Value(s) > 0.16 && s <= step).Select(s => (long?)s).FirstOrDefault();
        var features = Math.Floor(value * 14);
        return new(
            layer, facet, category,
            new(features, Math.Max(0, features - 1), features + 2, 0.02),
            new(Math.Min(1, value * 1.1), value * 0.95, Math.Min(1, value * 1.25), 0.03),
            new(value, Math.Max(0, value - 0.04), Math.Min(1, value + 0.05), 0.06), index, 0.11, value > 0.11, alert);
    }
}
