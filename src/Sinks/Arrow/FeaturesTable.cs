using Apache.Arrow;
using Apache.Arrow.Types;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>features</c>.</summary>
internal static class FeaturesTable
{
    private static readonly WordMap<FeatureState> _states = new();

    private static readonly StructType _context = new(
    [
        new Field("document", Int32Type.Default, false),
        new Field("position", Int32Type.Default, false),
        new Field("activation", FloatType.Default, false),
    ]);

    private static readonly ListType _contexts = new(new Field("item", _context, false));

    public static RecordBatch Encode(RunIdentity run, CheckpointResult result) => new TableWriter<FeatureRow>(result.Features)
        .Int64("step", _ => result.Step)
        .Int32("layer", row => row.Layer)
        .Int32("feature", row => row.Feature)
        .Int64("firings", row => row.Firings)
        .Double("density", row => row.Density)
        .Double("mean_activation", row => row.MeanActivation)
        .Double("max_activation", row => row.MaxActivation)
        .Category("state", row => _states.WordOf(row.State))
        .NullableCategory("facet", row => row.Facet)
        .NullableCategory("category", row => row.Category)
        .NullableDouble("precision", row => row.Precision)
        .NullableDouble("recall", row => row.Recall)
        .NullableDouble("f1", row => row.F1)
        .NullableDouble("lift", row => row.Lift)
        .NullableDouble("z", row => row.Z)
        .NullableDouble("q", row => row.Q)
        .NullableDouble("cosine_previous", row => row.CosinePrevious)
        .NullableDouble("cosine_first", row => row.CosineFirst)
        .Add("top_contexts", _contexts, false, EncodeContexts(result.Features))
        .Build(Tables.Features, run);

    public static FeatureRow[] Decode(TableReader table)
    {
        var layer = table.Int32("layer");
        var feature = table.Int32("feature");
        var firings = table.Int64("firings");
        var density = table.Double("density");
        var mean = table.Double("mean_activation");
        var max = table.Double("max_activation");
        var state = table.Words("state", _states.Values);
        var facet = table.NullableCategory("facet");
        var category = table.NullableCategory("category");
        var precision = table.NullableDouble("precision");
        var recall = table.NullableDouble("recall");
        var f1 = table.NullableDouble("f1");
        var lift = table.NullableDouble("lift");
        var z = table.NullableDouble("z");
        var q = table.NullableDouble("q");
        var previous = table.NullableDouble("cosine_previous");
        var first = table.NullableDouble("cosine_first");
        var contexts = DecodeContexts(table);
        return table.Rows(i => new FeatureRow(
            layer[i], feature[i], firings[i], density[i], mean[i], max[i], state[i], facet[i], category[i],
            precision[i], recall[i], f1[i], lift[i], z[i], q[i], previous[i], first[i], contexts[i]));
    }

    private static ListArray EncodeContexts(IReadOnlyList<FeatureRow> rows)
    {
        var offsets = new ArrowBuffer.Builder<int>(rows.Count + 1);
        var documents = new Int32Array.Builder();
        var positions = new Int32Array.Builder();
        var activations = new FloatArray.Builder();
        offsets.Append(0);
        foreach (var row in rows)
        {
            foreach (var context in row.TopContexts)
            {
                documents.Append(context.Document);
                positions.Append(context.Position);
                activations.Append(context.Activation);
            }

            offsets.Append(documents.Length);
        }

        var items = new StructArray(_context, documents.Length, [documents.Build(), positions.Build(), activations.Build()], ArrowBuffer.Empty);
        return new ListArray(_contexts, rows.Count, offsets.Build(), items, ArrowBuffer.Empty);
    }

    private static TopContext[][] DecodeContexts(TableReader table)
    {
        const string Name = "top_contexts";
        var lists = table.Column<ListArray>(Name);
        if (lists.NullCount > 0
            || lists.Values is not StructArray { NullCount: 0, Fields: [Int32Array { NullCount: 0 } document, Int32Array { NullCount: 0 } position, FloatArray { NullCount: 0 } activation] })
        {
            throw table.Wrong(Name, "it is not a list of document, position and activation");
        }

        return table.Rows(row =>
        {
            var start = lists.ValueOffsets[row];
            var end = lists.ValueOffsets[row + 1];
            if (start < 0 || end < start || end > document.Length)
            {
                throw table.Wrong(Name, $"row {row} takes {start} to {end} of {document.Length} contexts");
            }

            var contexts = new TopContext[end - start];
            for (var i = start; i < end; i++)
            {
                contexts[i - start] = new TopContext(document.Values[i], position.Values[i], activation.Values[i]);
            }

            return contexts;
        });
    }
}
