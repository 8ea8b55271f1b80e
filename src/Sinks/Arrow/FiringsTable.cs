using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>firings</c>: features × categories rows, so it is columns from the statistics to the file and back, and no row is ever made.</summary>
internal static class FiringsTable
{
    public static TableWriter Write(CheckpointResult result)
    {
        var rows = FiringColumns.Of(result.Firings);
        var table = new TableWriter(rows.Count);
        table.AddStep(result.Step);
        table.AddInt32("layer", ColumnDoc.Layer, rows.Layers);
        table.AddInt32("feature", ColumnDoc.Feature, rows.Features);
        table.AddCategory("facet", ColumnDoc.Facet, rows.Facets, rows.FacetNames);
        table.AddCategory("category", ColumnDoc.Category, rows.Categories, rows.CategoryNames);
        table.AddInt64("firings", new("Tokens of the category on which the feature fires; pairs without any have no row", "tokens", "1 and up"), rows.Firings);
        table.AddInt32("documents", new("Documents in which it does", "documents", "1 and up"), rows.Documents);
        table.AddDouble("activation_sum", new("Sum of its activations there", "activation", ColumnDoc.Count), rows.ActivationSums);
        return table;
    }

    public static FiringColumns Decode(TableReader table)
    {
        var (facets, facetNames) = table.Places("facet");
        var (categories, categoryNames) = table.Places("category");
        return new FiringColumns(
            table.Int32("layer"), table.Int32("feature"), facets, categories, table.Int64("firings"), table.Int32("documents"), table.Double("activation_sum"), facetNames, categoryNames);
    }
}
