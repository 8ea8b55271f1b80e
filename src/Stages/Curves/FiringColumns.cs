using System.Collections;

namespace Emergence.Stages.Curves;

/// <summary>
/// Rows of <c>firings</c> as columns, one array each: the largest table by far, which is written to Arrow from these arrays without
/// touching its rows. As a list it makes each row when it is asked for. Does not change.
/// </summary>
public sealed class FiringColumns : IReadOnlyList<FiringRow>
{
    /// <summary>Makes the table of columns of equal length.</summary>
    /// <param name="layers">Layers.</param>
    /// <param name="features">Feature indices.</param>
    /// <param name="facets">Places in <paramref name="facetNames"/>.</param>
    /// <param name="categories">Places in <paramref name="categoryNames"/>.</param>
    /// <param name="firings">Tokens.</param>
    /// <param name="documents">Documents.</param>
    /// <param name="activationSums">Sums of activations.</param>
    /// <param name="facetNames">Names of facets.</param>
    /// <param name="categoryNames">Names of categories, of all facets together.</param>
    /// <exception cref="ArgumentException">The columns differ in length, or a place lies outside its names.</exception>
    public FiringColumns(
        ReadOnlyMemory<int> layers,
        ReadOnlyMemory<int> features,
        ReadOnlyMemory<int> facets,
        ReadOnlyMemory<int> categories,
        ReadOnlyMemory<long> firings,
        ReadOnlyMemory<int> documents,
        ReadOnlyMemory<double> activationSums,
        IReadOnlyList<string> facetNames,
        IReadOnlyList<string> categoryNames)
    {
        Count = layers.Length;
        if (features.Length != Count || facets.Length != Count || categories.Length != Count || firings.Length != Count || documents.Length != Count || activationSums.Length != Count)
        {
            throw new ArgumentException($"the columns have {layers.Length}, {features.Length}, {facets.Length}, {categories.Length}, {firings.Length}, {documents.Length} and {activationSums.Length} values");
        }

        CheckPlaces(facets.Span, facetNames.Count, nameof(facets));
        CheckPlaces(categories.Span, categoryNames.Count, nameof(categories));
        (Layers, Features, Facets, Categories) = (layers, features, facets, categories);
        (Firings, Documents, ActivationSums) = (firings, documents, activationSums);
        (FacetNames, CategoryNames) = (facetNames, categoryNames);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Layers, from 0.</summary>
    public ReadOnlyMemory<int> Layers { get; }

    /// <summary>Feature indices in the SAE.</summary>
    public ReadOnlyMemory<int> Features { get; }

    /// <summary>Places in <see cref="FacetNames"/>.</summary>
    public ReadOnlyMemory<int> Facets { get; }

    /// <summary>Places in <see cref="CategoryNames"/>.</summary>
    public ReadOnlyMemory<int> Categories { get; }

    /// <summary>Tokens of the category on which the feature fires.</summary>
    public ReadOnlyMemory<long> Firings { get; }

    /// <summary>Documents in which it does.</summary>
    public ReadOnlyMemory<int> Documents { get; }

    /// <summary>Sums of its activations there.</summary>
    public ReadOnlyMemory<double> ActivationSums { get; }

    /// <summary>Names of facets, in order of first appearance where the rows come from statistics.</summary>
    public IReadOnlyList<string> FacetNames { get; }

    /// <summary>Names of categories, in order of first appearance where the rows come from statistics.</summary>
    public IReadOnlyList<string> CategoryNames { get; }

    /// <inheritdoc/>
    public FiringRow this[int index] => new(
        Layers.Span[index], Features.Span[index], FacetNames[Facets.Span[index]], CategoryNames[Categories.Span[index]],
        Firings.Span[index], Documents.Span[index], ActivationSums.Span[index]);

    /// <summary>The columns of rows: the rows themselves when they are columns already.</summary>
    /// <param name="rows">Rows.</param>
    public static FiringColumns Of(IReadOnlyList<FiringRow> rows)
    {
        if (rows is FiringColumns columns)
        {
            return columns;
        }

        var builder = new FiringColumnsBuilder(rows.Count);
        foreach (var row in rows)
        {
            builder.Add(row.Layer, row.Feature, builder.FacetOf(row.Facet), builder.CategoryOf(row.Category), row.Firings, row.Documents, row.ActivationSum);
        }

        return builder.Build();
    }

    /// <summary>Tables behind each other, such as those of the layers. Names keep the order of first appearance.</summary>
    /// <param name="tables">Tables.</param>
    public static FiringColumns Concatenate(IReadOnlyList<IReadOnlyList<FiringRow>> tables)
    {
        if (tables.Count == 1)
        {
            return Of(tables[0]);
        }

        var builder = new FiringColumnsBuilder(tables.Sum(table => table.Count));
        foreach (var table in tables)
        {
            builder.Add(Of(table));
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    public IEnumerator<FiringRow> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void CheckPlaces(ReadOnlySpan<int> places, int names, string column)
    {
        // Of no names every place is outside; the range below would be the whole of the numbers then.
        var wrong = names == 0 ? places.Length - 1 : places.IndexOfAnyExceptInRange(0, names - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException($"row {wrong} stands at {places[wrong]} of {names} names", column);
        }
    }
}
