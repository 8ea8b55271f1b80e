using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>curves</c>. The only table that repeats run, model and tokens in every row: consumers join the curves of several runs.</summary>
internal static class CurvesTable
{
    public static TableWriter Write(RunIdentity run, CheckpointResult result, bool partial) => RowTableWriter<CurveRow>.Of(result.Curves)
        .Category("run", new("Run name", ColumnDoc.NoUnit, "the same in every row"), _ => run.Run)
        .Category("model", new("Model name", ColumnDoc.NoUnit, "the same in every row"), _ => run.Model)
        .Int64("parameters", new("Parameters of the model", "parameters", ColumnDoc.Count), _ => run.Parameters)
        .Step(result.Step)
        .NullableInt64("tokens_seen", new("Tokens the language model had trained on; null when the checkpoint does not say", "tokens", ColumnDoc.Count), _ => result.TokensSeen)
        .Int32("layer", ColumnDoc.Layer, row => row.Layer)
        .Category("facet", ColumnDoc.Facet, row => row.Facet)
        .Category("category", ColumnDoc.Category, row => row.Category)
        .Estimate("categorical_features", new("Features that are categorical for the category", "features", ColumnDoc.Count), row => row.CategoricalFeatures)
        .Estimate("coverage", new("Share of the category's tokens on which at least one of its categorical features fires", "share", ColumnDoc.Share), row => row.Coverage)
        .Estimate("best_f1", new("Highest F1 of a single feature, chosen on one half of the documents and scored on the other, averaged both ways", "F1", ColumnDoc.Share), row => row.BestF1)
        .NullableInt32("best_feature", new("Feature of highest F1 on all documents; null when none fires on the category", "index", "from 0"), row => row.BestFeature < 0 ? null : row.BestFeature)
        .Double("best_f1_null99", new("99th percentile of `best_f1` under permuted labels", "F1", ColumnDoc.Share), row => row.BestF1Null99)
        .Boolean("above_null", new("Whether `best_f1` exceeds `best_f1_null99` at this checkpoint", ColumnDoc.NoUnit, "true, false"), row => row.AboveNull)
        .NullableInt64("alert_step", new("Step at which the curve was first above its null at 2 of 3 consecutive checkpoints; null while it has not been", "steps", "0 to `step`"), row => row.AlertStep)
        .Boolean("partial", new("Whether the checkpoint was not committed yet: true only in messages of topic `live`, whose rows are the complete curves of one layer over the whole probe set, sent before the other layers are done; they are partial in that layers are missing and the commit may never come", ColumnDoc.NoUnit, "true, false") { IsAdded = true }, _ => partial);

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
