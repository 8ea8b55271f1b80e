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

    public static TableWriter Write(CheckpointResult result) => RowTableWriter<FeatureRow>.Of(result.Features)
        .Step(result.Step)
        .Int32("layer", ColumnDoc.Layer, row => row.Layer)
        .Int32("feature", ColumnDoc.Feature, row => row.Feature)
        .Int64("firings", new("Tokens of the probe set on which it fires", "tokens", ColumnDoc.Count), row => row.Firings)
        .Double("density", new("`firings` over the tokens of the probe set", "share", ColumnDoc.Share), row => row.Density)
        .Double("mean_activation", new("Mean activation over its firings; 0 when it does not fire", "activation", ColumnDoc.Count), row => row.MeanActivation)
        .Double("max_activation", new("Greatest activation; 0 when it does not fire", "activation", ColumnDoc.Count), row => row.MaxActivation)
        .Category("state", new("Where it is in its life", ColumnDoc.NoUnit, string.Join(", ", _states.Words)), row => _states.WordOf(row.State))
        .NullableCategory("facet", new("Facet of the category it is reported for (categorical if any is, else of highest F1); null when it fires on no labelled token", ColumnDoc.NoUnit, "a facet of the probe set"), row => row.Facet)
        .NullableCategory("category", new("That category; null like `facet`, as are the statistics up to `q`", ColumnDoc.NoUnit, "a category of the facet"), row => row.Category)
        .NullableDouble("precision", new("Share of its firings on labelled tokens that are on the category", "share", ColumnDoc.Share), row => row.Precision)
        .NullableDouble("recall", new("Share of the category's tokens on which it fires", "share", ColumnDoc.Share), row => row.Recall)
        .NullableDouble("f1", new("Harmonic mean of `precision` and `recall`", "F1", ColumnDoc.Share), row => row.F1)
        .NullableDouble("lift", new("`precision` over the category's base rate", "ratio", ColumnDoc.Count), row => row.Lift)
        .NullableDouble("z", new("Test statistic of its firing more on the category than elsewhere, cluster-robust over documents", "standard errors", "any"), row => row.Z)
        .NullableDouble("q", new("Benjamini-Hochberg adjusted p-value over all features and categories of the layer", "probability", ColumnDoc.Share), row => row.Q)
        .NullableDouble("cosine_previous", new("Cosine of its decoder row with that of the previous checkpoint; null at the first", "cosine", "-1 to 1"), row => row.CosinePrevious)
        .NullableDouble("cosine_first", new("Cosine of its decoder row with the one where its identity began; null there", "cosine", "-1 to 1"), row => row.CosineFirst)
        .Column("top_contexts", new("Its strongest occurrences, strongest first: document of the probe set, token position in it, activation there", "index, index, activation", "up to 8"), _contexts, () => EncodeContexts(result.Features));

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
        var offsets = new int[rows.Count + 1];
        var contexts = new List<TopContext>(8 * rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            contexts.AddRange(rows[i].TopContexts);
            offsets[i + 1] = contexts.Count;
        }

        var count = contexts.Count;
        var (documents, positions, activations) = (new int[count], new int[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            (documents[i], positions[i], activations[i]) = contexts[i];
        }

        var items = new StructArray(
            _context,
            count,
            [
                new Int32Array(ColumnBytes<int>.Of(documents), ArrowBuffer.Empty, count, 0, 0),
                new Int32Array(ColumnBytes<int>.Of(positions), ArrowBuffer.Empty, count, 0, 0),
                new FloatArray(ColumnBytes<float>.Of(activations), ArrowBuffer.Empty, count, 0, 0),
            ],
            ArrowBuffer.Empty);
        return new ListArray(_contexts, rows.Count, ColumnBytes<int>.Of(offsets), items, ArrowBuffer.Empty);
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

        var documents = document.Values;
        var positions = position.Values;
        var activations = activation.Values;
        var offsets = lists.ValueOffsets;
        var rows = new TopContext[table.Length][];
        for (var row = 0; row < rows.Length; row++)
        {
            var (start, end) = (offsets[row], offsets[row + 1]);
            if (start < 0 || end < start || end > documents.Length)
            {
                throw table.Wrong(Name, $"row {row} takes {start} to {end} of {documents.Length} contexts");
            }

            var contexts = end == start ? [] : new TopContext[end - start];
            for (var i = start; i < end; i++)
            {
                contexts[i - start] = new TopContext(documents[i], positions[i], activations[i]);
            }

            rows[row] = contexts;
        }

        return rows;
    }
}
