namespace Emergence.Stages.Curves;

/// <summary>Fills the columns of <see cref="FiringColumns"/> row by row, into arrays of the right size.</summary>
/// <param name="count">How many rows there will be.</param>
internal sealed class FiringColumnsBuilder(int count)
{
    private readonly int[] _layers = new int[count];
    private readonly int[] _features = new int[count];
    private readonly int[] _facets = new int[count];
    private readonly int[] _categories = new int[count];
    private readonly long[] _firings = new long[count];
    private readonly int[] _documents = new int[count];
    private readonly double[] _sums = new double[count];
    private readonly WordOrder _facetNames = new();
    private readonly WordOrder _categoryNames = new();
    private int _count;

    /// <summary>Place of a facet's name. Ask when its first row is added: names stand in order of first appearance.</summary>
    public int FacetOf(string name) => _facetNames.PlaceOf(name);

    /// <summary>Place of a category's name; see <see cref="FacetOf"/>.</summary>
    public int CategoryOf(string name) => _categoryNames.PlaceOf(name);

    /// <summary>Adds a row.</summary>
    public void Add(int layer, int feature, int facet, int category, long firings, int documents, double sum)
    {
        var at = _count++;
        _layers[at] = layer;
        _features[at] = feature;
        _facets[at] = facet;
        _categories[at] = category;
        _firings[at] = firings;
        _documents[at] = documents;
        _sums[at] = sum;
    }

    /// <summary>Adds a table's rows.</summary>
    public void Add(FiringColumns table)
    {
        table.Layers.CopyTo(_layers.AsMemory(_count));
        table.Features.CopyTo(_features.AsMemory(_count));
        table.Firings.CopyTo(_firings.AsMemory(_count));
        table.Documents.CopyTo(_documents.AsMemory(_count));
        table.ActivationSums.CopyTo(_sums.AsMemory(_count));
        _facetNames.Translate(table.Facets.Span, table.FacetNames, _facets.AsSpan(_count));
        _categoryNames.Translate(table.Categories.Span, table.CategoryNames, _categories.AsSpan(_count));
        _count += table.Count;
    }

    /// <summary>The table.</summary>
    /// <exception cref="InvalidOperationException">Fewer rows were added than were announced.</exception>
    public FiringColumns Build() => _count == count
        ? new FiringColumns(_layers, _features, _facets, _categories, _firings, _documents, _sums, _facetNames.Words, _categoryNames.Words)
        : throw new InvalidOperationException($"{_count} of {count} rows were added");
}
