using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Tail;

/// <summary>Values that a row must have; null for any.</summary>
/// <param name="Layer">Layer.</param>
/// <param name="Facet">Facet; upper or lower case does not matter.</param>
/// <param name="Category">Category; upper or lower case does not matter.</param>
internal sealed record RowFilter(int? Layer, string? Facet, string? Category)
{
    /// <summary>The rows that have them.</summary>
    /// <param name="table">The table that is shown.</param>
    /// <param name="rows">All rows.</param>
    public CheckpointResult Of(Tables table, CheckpointResult rows)
    {
        if (this is { Layer: null, Facet: null, Category: null })
            return rows;
        return table switch
        {
            Tables.Curves => rows with { Curves = [.. rows.Curves.Where(row => Has(row.Layer, row.Facet, row.Category))] },
            Tables.Features => rows with { Features = [.. rows.Features.Where(row => Has(row.Layer, row.Facet, row.Category))] },
            Tables.Firings => rows with { Firings = [.. rows.Firings.Where(row => Has(row.Layer, row.Facet, row.Category))] },
            Tables.Health => rows with { Health = [.. rows.Health.Where(row => Has(row.Layer, null, null))] },
            _ => rows with { Events = [.. rows.Events.Where(row => Has(row.Layer, row.Facet, row.Category))] },
        };
    }

    private bool Has(int? layer, string? facet, string? category) => (Layer is null || Layer == layer) && Same(Facet, facet) && Same(Category, category);

    private static bool Same(string? wanted, string? value) => wanted is null || string.Equals(wanted, value, StringComparison.OrdinalIgnoreCase);
}
