using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Labels;

/// <summary>
/// How the categories of all facets lie beside each other in the rows of every count table:
/// <c>| genre 0 … genre 14, labelled | pos 0 … pos 29, labelled, padding |</c>.
/// </summary>
internal sealed class FacetColumns
{
    /// <summary>Every facet begins at a multiple of this, so that vectors of any width lie within one facet.</summary>
    public const int Alignment = 16;

    public FacetColumns(IReadOnlyList<Facet> facets)
    {
        var segments = new FacetSegment[facets.Count];
        var start = 0;
        for (var k = 0; k < facets.Count; k++)
        {
            var count = facets[k].Categories.Count;
            var width = (count + 1 + Alignment - 1) / Alignment * Alignment;
            segments[k] = new FacetSegment(k, facets[k].Kind, start, count, width);
            start += width;
            CategoryCount += count;
        }

        Segments = segments;
        Width = start;
    }

    public FacetSegment[] Segments { get; }

    /// <summary>Columns of a row.</summary>
    public int Width { get; }

    /// <summary>Categories of all facets.</summary>
    public int CategoryCount { get; }
}
