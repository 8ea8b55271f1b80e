using Apache.Arrow;
using Apache.Arrow.Types;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>features</c>: like <c>firings</c> columns from the statistics to the file and back.</summary>
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

    public static TableWriter Write(CheckpointResult result)
    {
        var rows = FeatureColumns.Of(result.Features);
        var table = new TableWriter(rows.Count);
        table.AddStep(result.Step);
        table.AddInt32("layer", ColumnDoc.Layer, rows.Layers);
        table.AddInt32("feature", ColumnDoc.Feature, rows.Features);
        table.AddInt64("firings", new("Tokens of the probe set on which it fires", "tokens", ColumnDoc.Count), rows.Firings);
        table.AddDouble("density", new("`firings` over the tokens of the probe set", "share", ColumnDoc.Share), rows.Densities);
        table.AddDouble("mean_activation", new("Mean activation over its firings; 0 when it does not fire", "activation", ColumnDoc.Count), rows.MeanActivations);
        table.AddDouble("max_activation", new("Greatest activation; 0 when it does not fire", "activation", ColumnDoc.Count), rows.MaxActivations);
        table.AddCategory("state", new("Where it is in its life", ColumnDoc.NoUnit, string.Join(", ", _states.Words)), rows.States, [.. rows.StateNames.Select(_states.WordOf)]);
        table.AddNullableCategory("facet", new("Facet of the category it is reported for (categorical if any is, else of highest F1); null when it fires on no labelled token", ColumnDoc.NoUnit, "a facet of the probe set"), rows.Facets, rows.FacetNames);
        table.AddNullableCategory("category", new("That category; null like `facet`, as are the statistics up to `q`", ColumnDoc.NoUnit, "a category of the facet"), rows.Categories, rows.CategoryNames);
        table.AddNullableDouble("precision", new("Share of its firings on labelled tokens that are on the category", "share", ColumnDoc.Share), rows.Precisions);
        table.AddNullableDouble("recall", new("Share of the category's tokens on which it fires", "share", ColumnDoc.Share), rows.Recalls);
        table.AddNullableDouble("f1", new("Harmonic mean of `precision` and `recall`", "F1", ColumnDoc.Share), rows.F1s);
        table.AddNullableDouble("lift", new("`precision` over the category's base rate", "ratio", ColumnDoc.Count), rows.Lifts);
        table.AddNullableDouble("z", new("Test statistic of its firing more on the category than elsewhere, cluster-robust over documents", "standard errors", "any"), rows.Zs);
        table.AddNullableDouble("q", new("Benjamini-Hochberg adjusted p-value over all features and categories of the layer", "probability", ColumnDoc.Share), rows.Qs);
        table.AddNullableDouble("cosine_previous", new("Cosine of its decoder row with that of the previous checkpoint; null at the first", "cosine", "-1 to 1"), rows.CosinesPrevious);
        table.AddNullableDouble("cosine_first", new("Cosine of its decoder row with the one where its identity began; null there", "cosine", "-1 to 1"), rows.CosinesFirst);
        table.AddArray("top_contexts", new("Its strongest occurrences, strongest first: document of the probe set, token position in it, activation there", "index, index, activation", "up to 8"), EncodeContexts(rows.TopContexts));
        return table;
    }

    public static FeatureColumns Decode(TableReader table)
    {
        var (states, stateNames) = table.Meanings("state", _states.Values);
        var (facets, facetNames) = table.OptionalPlaces("facet");
        var (categories, categoryNames) = table.OptionalPlaces("category");
        return new FeatureColumns
        {
            Layers = table.Int32("layer"),
            Features = table.Int32("feature"),
            Firings = table.Int64("firings"),
            Densities = table.Double("density"),
            MeanActivations = table.Double("mean_activation"),
            MaxActivations = table.Double("max_activation"),
            States = states,
            StateNames = stateNames,
            Facets = facets,
            FacetNames = facetNames,
            Categories = categories,
            CategoryNames = categoryNames,
            Precisions = table.OptionalDoubles("precision"),
            Recalls = table.OptionalDoubles("recall"),
            F1s = table.OptionalDoubles("f1"),
            Lifts = table.OptionalDoubles("lift"),
            Zs = table.OptionalDoubles("z"),
            Qs = table.OptionalDoubles("q"),
            CosinesPrevious = table.OptionalDoubles("cosine_previous"),
            CosinesFirst = table.OptionalDoubles("cosine_first"),
            TopContexts = DecodeContexts(table),
        };
    }

    private static ListArray EncodeContexts(ContextColumns contexts)
    {
        var count = contexts.Documents.Length;
        var items = new StructArray(
            _context,
            count,
            [
                new Int32Array(ColumnBytes<int>.Of(contexts.Documents), ArrowBuffer.Empty, count, 0, 0),
                new Int32Array(ColumnBytes<int>.Of(contexts.Positions), ArrowBuffer.Empty, count, 0, 0),
                new FloatArray(ColumnBytes<float>.Of(contexts.Activations), ArrowBuffer.Empty, count, 0, 0),
            ],
            ArrowBuffer.Empty);
        return new ListArray(_contexts, contexts.Offsets.Length - 1, ColumnBytes<int>.Of(contexts.Offsets), items, ArrowBuffer.Empty);
    }

    private static ContextColumns DecodeContexts(TableReader table)
    {
        const string Name = "top_contexts";
        var lists = table.Column<ListArray>(Name);
        if (lists.NullCount > 0
            || lists.Values is not StructArray { NullCount: 0, Fields: [Int32Array { NullCount: 0 } document, Int32Array { NullCount: 0 } position, FloatArray { NullCount: 0 } activation] })
        {
            throw table.Wrong(Name, "it is not a list of document, position and activation");
        }

        var offsets = table.Length == 0 ? [0] : lists.ValueOffsets.ToArray();
        for (var row = 0; row < table.Length; row++)
        {
            if (offsets[row] < 0 || offsets[row + 1] < offsets[row] || offsets[row + 1] > document.Length)
            {
                throw table.Wrong(Name, $"row {row} takes {offsets[row]} to {offsets[row + 1]} of {document.Length} contexts");
            }
        }

        // What is written again begins at the first value that is meant.
        var (first, count) = (offsets[0], offsets[^1] - offsets[0]);
        for (var row = 0; first != 0 && row < offsets.Length; row++)
        {
            offsets[row] -= first;
        }

        return new ContextColumns(offsets, document.Values.Slice(first, count).ToArray(), position.Values.Slice(first, count).ToArray(), activation.Values.Slice(first, count).ToArray());
    }
}
