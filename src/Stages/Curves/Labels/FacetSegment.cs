using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Labels;

/// <summary>The columns of one facet: its categories, then one column for all labelled tokens together, then padding.</summary>
/// <param name="Facet">Index of the facet.</param>
/// <param name="Kind">What it labels.</param>
/// <param name="Start">First column, a multiple of <see cref="FacetColumns.Alignment"/>.</param>
/// <param name="Count">Number of categories.</param>
/// <param name="Width">Columns including padding, a multiple of <see cref="FacetColumns.Alignment"/>.</param>
internal readonly record struct FacetSegment(int Facet, FacetKind Kind, int Start, int Count, int Width)
{
    /// <summary>Column of the labelled tokens of the facet, whatever their category.</summary>
    public int Labelled => Start + Count;
}
