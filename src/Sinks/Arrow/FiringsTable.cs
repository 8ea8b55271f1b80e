using Apache.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>firings</c>.</summary>
internal static class FiringsTable
{
    public static RecordBatch Encode(RunIdentity run, CheckpointResult result) => new TableWriter<FiringRow>(result.Firings)
        .Int64("step", _ => result.Step)
        .Int32("layer", row => row.Layer)
        .Int32("feature", row => row.Feature)
        .Category("facet", row => row.Facet)
        .Category("category", row => row.Category)
        .Int64("firings", row => row.Firings)
        .Int32("documents", row => row.Documents)
        .Double("activation_sum", row => row.ActivationSum)
        .Build(Tables.Firings, run);

    public static FiringRow[] Decode(TableReader table)
    {
        var layer = table.Int32("layer");
        var feature = table.Int32("feature");
        var facet = table.Category("facet");
        var category = table.Category("category");
        var firings = table.Int64("firings");
        var documents = table.Int32("documents");
        var sum = table.Double("activation_sum");
        return table.Rows(i => new FiringRow(layer[i], feature[i], facet[i], category[i], firings[i], documents[i], sum[i]));
    }
}
