using Apache.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>curves</c>. The only table that repeats run, model and tokens in every row: consumers join the curves of several runs.</summary>
internal static class CurvesTable
{
    public static RecordBatch Encode(RunIdentity run, CheckpointResult result, bool partial) => new TableWriter<CurveRow>(result.Curves)
        .Category("run", _ => run.Run)
        .Category("model", _ => run.Model)
        .Int64("parameters", _ => run.Parameters)
        .Int64("step", _ => result.Step)
        .NullableInt64("tokens_seen", _ => result.TokensSeen)
        .Int32("layer", row => row.Layer)
        .Category("facet", row => row.Facet)
        .Category("category", row => row.Category)
        .Estimate("categorical_features", row => row.CategoricalFeatures)
        .Estimate("coverage", row => row.Coverage)
        .Estimate("best_f1", row => row.BestF1)
        .NullableInt32("best_feature", row => row.BestFeature < 0 ? null : row.BestFeature)
        .Double("best_f1_null99", row => row.BestF1Null99)
        .Boolean("above_null", row => row.AboveNull)
        .NullableInt64("alert_step", row => row.AlertStep)
        .Boolean("partial", _ => partial)
        .Build(Tables.Curves, run);

    public static CurveRow[] Decode(TableReader table)
    {
        var layer = table.Int32("layer");
        var facet = table.Category("facet");
        var category = table.Category("category");
        var categorical = table.Estimate("categorical_features");
        var coverage = table.Estimate("coverage");
        var bestF1 = table.Estimate("best_f1");
        var bestFeature = table.NullableInt32("best_feature");
        var null99 = table.Double("best_f1_null99");
        var above = table.Boolean("above_null");
        var alert = table.NullableInt64("alert_step");
        return table.Rows(i => new CurveRow(
            layer[i], facet[i], category[i], categorical[i], coverage[i], bestF1[i], bestFeature[i] ?? -1, null99[i], above[i], alert[i]));
    }
}
