using System.Collections;

namespace Emergence.Stages.Curves;

/// <summary>
/// Rows of <c>features</c> as columns, one array each, which are written to Arrow without touching the rows. As a list it makes each row when
/// it is asked for. Does not change. All columns have the same length; places lie inside their names. What each means: <see cref="FeatureRow"/>.
/// </summary>
public sealed class FeatureColumns : IReadOnlyList<FeatureRow>
{
    /// <inheritdoc/>
    public int Count => Layers.Length;

    /// <summary>Layers, from 0.</summary>
    public required ReadOnlyMemory<int> Layers { get; init; }

    /// <summary>Feature indices in the SAE.</summary>
    public required ReadOnlyMemory<int> Features { get; init; }

    /// <summary>Tokens of the probe set on which each fires.</summary>
    public required ReadOnlyMemory<long> Firings { get; init; }

    /// <summary>Firings over probe tokens, 0 to 1.</summary>
    public required ReadOnlyMemory<double> Densities { get; init; }

    /// <summary>Mean activations over their firings.</summary>
    public required ReadOnlyMemory<double> MeanActivations { get; init; }

    /// <summary>Greatest activations.</summary>
    public required ReadOnlyMemory<double> MaxActivations { get; init; }

    /// <summary>Places in <see cref="StateNames"/>.</summary>
    public required ReadOnlyMemory<int> States { get; init; }

    /// <summary>States, in order of first appearance where the rows come from statistics.</summary>
    public required IReadOnlyList<FeatureState> StateNames { get; init; }

    /// <summary>Places in <see cref="FacetNames"/>; missing where a feature fires on no labelled token.</summary>
    public required OptionalValues<int> Facets { get; init; }

    /// <summary>Names of facets, in order of first appearance where the rows come from statistics.</summary>
    public required IReadOnlyList<string> FacetNames { get; init; }

    /// <summary>Places in <see cref="CategoryNames"/>; missing where a feature fires on no labelled token.</summary>
    public required OptionalValues<int> Categories { get; init; }

    /// <summary>Names of categories, of all facets together, in order of first appearance where the rows come from statistics.</summary>
    public required IReadOnlyList<string> CategoryNames { get; init; }

    /// <summary>Shares of firings on labelled tokens that are on the category, 0 to 1.</summary>
    public required OptionalValues<double> Precisions { get; init; }

    /// <summary>Shares of the category's tokens, 0 to 1.</summary>
    public required OptionalValues<double> Recalls { get; init; }

    /// <summary>Harmonic means of the two.</summary>
    public required OptionalValues<double> F1s { get; init; }

    /// <summary>Precisions over the categories' base rates.</summary>
    public required OptionalValues<double> Lifts { get; init; }

    /// <summary>Test statistics.</summary>
    public required OptionalValues<double> Zs { get; init; }

    /// <summary>Adjusted p-values.</summary>
    public required OptionalValues<double> Qs { get; init; }

    /// <summary>Cosines with the previous checkpoint's decoder rows.</summary>
    public required OptionalValues<double> CosinesPrevious { get; init; }

    /// <summary>Cosines with the decoder rows where the identities began.</summary>
    public required OptionalValues<double> CosinesFirst { get; init; }

    /// <summary>Strongest occurrences.</summary>
    public required ContextColumns TopContexts { get; init; }

    /// <inheritdoc/>
    public FeatureRow this[int index] => new(
        Layers.Span[index], Features.Span[index], Firings.Span[index], Densities.Span[index], MeanActivations.Span[index], MaxActivations.Span[index],
        StateNames[States.Span[index]],
        Facets[index] is { } facet ? FacetNames[facet] : null, Categories[index] is { } category ? CategoryNames[category] : null,
        Precisions[index], Recalls[index], F1s[index], Lifts[index], Zs[index], Qs[index], CosinesPrevious[index], CosinesFirst[index], TopContexts[index]);

    /// <summary>The columns of rows: the rows themselves when they are columns already.</summary>
    /// <param name="rows">Rows.</param>
    public static FeatureColumns Of(IReadOnlyList<FeatureRow> rows)
    {
        if (rows is FeatureColumns columns)
        {
            return columns;
        }

        var builder = new FeatureColumnsBuilder(rows.Count);
        foreach (var row in rows)
        {
            builder.Add(row);
        }

        return builder.Build();
    }

    /// <summary>Tables behind each other, such as those of the layers. Names keep the order of first appearance.</summary>
    /// <param name="tables">Tables.</param>
    public static FeatureColumns Concatenate(IReadOnlyList<IReadOnlyList<FeatureRow>> tables)
    {
        if (tables.Count == 1)
        {
            return Of(tables[0]);
        }

        var builder = new FeatureColumnsBuilder(tables.Sum(table => table.Count));
        foreach (var table in tables)
        {
            builder.Add(Of(table));
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    public IEnumerator<FeatureRow> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
