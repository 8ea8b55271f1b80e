using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Emergence.Apache.Arrow.Tests;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.Arrow;

/// <summary>The five tables as readers see them that share nothing with ours: the JavaScript library of the Arrow project, and Polars, which is written in Rust.</summary>
public class IndependentReaderTests
{
    private static readonly NpmScript _polars = new(PolarsFolder(), "npm-Polars");

    [Fact]
    public void It_finds_every_value_of_the_five_tables()
    {
        var sample = SampleResults.Make(512);
        var found = NpmArrow.Read(TableSchema.Each.SelectMany(table => new[] { Write(table, sample, false), Write(table, sample, true) }));
        for (var i = 0; i < found.Count; i++)
        {
            var table = TableSchema.Each[i / 2];
            Assert.Equal(TableSchema.NameOf(table), (string?)found[i]!["metadata"]!["emergence.table"]);
            Same(table, Expected(table, sample), found[i]!["fields"]!.AsArray().Select((field, c) => ((string)field!["name"]!, found[i]!["columns"]![c])));
        }
    }

    [LinuxX64Fact]
    public void Polars_finds_every_value_of_the_five_tables()
    {
        var sample = SampleResults.Make(512);
        var found = _polars.Read(TableSchema.Each.SelectMany(table => new[] { ("stream:", Write(table, sample, false)), ("file:", Write(table, sample, true)) }));
        for (var i = 0; i < found.Count; i++)
        {
            var table = TableSchema.Each[i / 2];
            Same(table, Expected(table, sample), found[i]!["columns"]!.AsArray().Select(column => ((string)column!["name"]!, column["values"])));
        }
    }

    [LinuxX64Fact]
    public void Polars_and_the_javascript_library_read_the_parts_of_a_table_that_was_cut_into_messages()
    {
        var sample = SampleResults.Make(512, features: 400);
        foreach (var table in TableSchema.Each)
        {
            var messages = MessageCutter.CutFile(new MemoryStream(Write(table, sample, true)), "f", table, 512, 15_000).ToList();
            var found = _polars.Read(messages.Select(m => ("stream:", m.Stream.ToArray())));
            var names = found[0]!["columns"]!.AsArray().Select(column => (string)column!["name"]!).ToList();
            Same(table, Expected(table, sample), names.Select((name, c) => (name, (JsonNode?)new JsonArray([.. found.SelectMany(part => part!["columns"]![c]!["values"]!.AsArray()).Select(v => v?.DeepClone())]))));
            var rows = NpmArrow.Read(messages.Select(m => m.Stream.ToArray())).Select(part => (int)part!["rows"]!);
            Assert.Equal(messages.Select(m => m.Rows), rows);
        }
    }

    private static void Same(Tables table, List<(string Name, JsonArray Values)> expected, IEnumerable<(string Name, JsonNode? Values)> found)
    {
        var columns = found.ToList();
        Assert.Equal(expected.Select(column => column.Name), columns.Select(column => column.Name));
        foreach (var (column, (name, values)) in expected.Index())
        {
            Assert.True(JsonNode.DeepEquals(values, columns[column].Values), $"{TableSchema.NameOf(table)}.{name}: {columns[column].Values?.ToJsonString()}");
        }
    }

    private static byte[] Write(Tables table, CheckpointResult sample, bool file)
    {
        var stream = new MemoryStream();
        if (file)
        {
            ArrowTables.WriteFile(stream, table, SampleResults.Run, sample);
        }
        else
        {
            ArrowTables.WriteStream(stream, table, SampleResults.Run, sample);
        }

        return stream.ToArray();
    }

    private static string PolarsFolder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Polars");

    private static List<(string Name, JsonArray Values)> Expected(Tables table, CheckpointResult r) => table switch
    {
        Tables.Curves => Show(
            r.Curves,
            ("run", _ => "nightly"), ("model", _ => "tiny-neox"), ("parameters", _ => 1_234_567L), ("step", _ => 512L), ("tokens_seen", _ => 512L * 4096),
            ("layer", c => c.Layer), ("facet", c => c.Facet), ("category", c => c.Category),
            ("categorical_features", c => c.CategoricalFeatures.Value), ("categorical_features_low", c => c.CategoricalFeatures.Low),
            ("categorical_features_high", c => c.CategoricalFeatures.High), ("categorical_features_null", c => c.CategoricalFeatures.Null),
            ("coverage", c => c.Coverage.Value), ("coverage_low", c => c.Coverage.Low), ("coverage_high", c => c.Coverage.High), ("coverage_null", c => c.Coverage.Null),
            ("best_f1", c => c.BestF1.Value), ("best_f1_low", c => c.BestF1.Low), ("best_f1_high", c => c.BestF1.High), ("best_f1_null", c => c.BestF1.Null),
            ("best_feature", c => c.BestFeature < 0 ? null : c.BestFeature), ("best_f1_null99", c => c.BestF1Null99), ("above_null", c => c.AboveNull), ("alert_step", c => c.AlertStep), ("partial", _ => false)),
        Tables.Features => Show(
            r.Features,
            ("step", _ => 512L), ("layer", f => f.Layer), ("feature", f => f.Feature), ("firings", f => f.Firings), ("density", f => f.Density),
            ("mean_activation", f => f.MeanActivation), ("max_activation", f => f.MaxActivation), ("state", f => f.State.ToString().ToLowerInvariant()),
            ("facet", f => f.Facet), ("category", f => f.Category), ("precision", f => f.Precision), ("recall", f => f.Recall), ("f1", f => f.F1), ("lift", f => f.Lift),
            ("z", f => f.Z), ("q", f => f.Q), ("cosine_previous", f => f.CosinePrevious), ("cosine_first", f => f.CosineFirst),
            ("top_contexts", f => f.TopContexts.Select(t => new object?[] { t.Document, t.Position, t.Activation }).ToArray<object?>())),
        Tables.Firings => Show(
            r.Firings,
            ("step", _ => 512L), ("layer", f => f.Layer), ("feature", f => f.Feature), ("facet", f => f.Facet), ("category", f => f.Category),
            ("firings", f => f.Firings), ("documents", f => f.Documents), ("activation_sum", f => f.ActivationSum)),
        Tables.Health => Show(
            r.Health,
            ("step", _ => 512L), ("layer", h => h.Layer), ("lm_loss", h => h.LmLoss), ("fvu", h => h.Fvu), ("l0", h => h.L0), ("dead_fraction", h => h.DeadFraction),
            ("dense_fraction", h => h.DenseFraction), ("cosine_reconstruction", h => h.CosineReconstruction), ("norm_ratio", h => h.NormRatio), ("tokens", h => h.Tokens),
            ("tokens_per_second", h => h.TokensPerSecond), ("seconds_capture", h => h.SecondsCapture), ("seconds_train", h => h.SecondsTrain),
            ("seconds_measure", h => h.SecondsMeasure), ("seconds_curves", h => h.SecondsCurves), ("weight_distance", h => h.WeightDistance), ("layer_weight_distance", h => h.LayerWeightDistance), ("waiting", h => h.Waiting), ("lag_seconds", h => h.LagSeconds)),
        _ => Show(
            r.Events,
            ("kind", e => e.Kind == EventKind.Onset ? "onset" : "checkpoint_refused"), ("severity", e => e.Severity == EventSeverity.Info ? "info" : "error"),
            ("step", e => e.Step), ("layer", e => e.Layer), ("facet", e => e.Facet), ("category", e => e.Category), ("feature", e => e.Feature),
            ("evidence", e => e.Evidence), ("message", e => e.Message)),
    };

    private static List<(string Name, JsonArray Values)> Show<TRow>(IReadOnlyList<TRow> rows, params (string Name, Func<TRow, object?> Value)[] columns) =>
        [.. columns.Select(column => (column.Name, new JsonArray([.. rows.Select(row => Show(column.Value(row)))])))];

    private static JsonNode? Show(object? value) => value switch
    {
        null => null,
        double.NaN => "NaN",
        double number => BitConverter.DoubleToUInt64Bits(number).ToString("x16"),
        float number => BitConverter.SingleToUInt32Bits(number).ToString("x8"),
        bool truth => truth ? "true" : "false",
        object?[] items => new JsonArray([.. items.Select(Show)]),
        _ => value.ToString(),
    };
}
