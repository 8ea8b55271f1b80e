namespace Emergence.Stages.Tokens;

/// <summary>
/// The fixed labelled text that is measured at every checkpoint. Tokens are numbered from 0 over all documents in order
/// (the <i>probe index</i>), so a probe index names a document and a position in it.
/// </summary>
public sealed class ProbeSet
{
    /// <summary>Makes a probe set of documents labelled in the same facets.</summary>
    /// <param name="facets">The facets, in the order of every document's labels.</param>
    /// <param name="documents">At least one document; label arrays as long as the tokens.</param>
    /// <exception cref="ArgumentException">Labels do not fit the facets or the tokens.</exception>
    public ProbeSet(IReadOnlyList<Facet> facets, IReadOnlyList<LabelledDocument> documents)
    {
        if (documents.Count == 0)
        {
            throw new ArgumentException("a probe set needs at least one document", nameof(documents));
        }

        Facets = facets;
        Documents = documents;
        FirstToken = new int[documents.Count + 1];
        for (var d = 0; d < documents.Count; d++)
        {
            var document = documents[d];
            if (document.Tokens.Length == 0 || document.Labels.Length != facets.Count || document.Labels.Any(l => l.Length != document.Tokens.Length))
            {
                throw new ArgumentException($"document {document.Id}: labels do not fit its tokens and the facets", nameof(documents));
            }

            FirstToken[d + 1] = checked(FirstToken[d] + document.Tokens.Length);
        }
    }

    /// <summary>The facets, in the order of every document's labels.</summary>
    public IReadOnlyList<Facet> Facets { get; }

    /// <summary>The documents: the clusters of every variance, bootstrap and permutation.</summary>
    public IReadOnlyList<LabelledDocument> Documents { get; }

    /// <summary><c>[documents + 1]</c>: probe index of each document's first token; the last entry is <see cref="TokenCount"/>.</summary>
    public int[] FirstToken { get; }

    /// <summary>Number of tokens in all documents.</summary>
    public int TokenCount => FirstToken[^1];

    /// <summary>Cuts consecutive tokens into rows at the documents' ends.</summary>
    /// <param name="first">Probe index of the first token.</param>
    /// <param name="count">How many tokens; all must be there.</param>
    /// <returns>In order, one row for each document that has some of them.</returns>
    public RowSource[] Rows(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TokenCount - first);
        var rows = new List<RowSource>();
        var at = Array.BinarySearch(FirstToken, first);
        for (var d = at >= 0 ? at : ~at - 1; count > 0; d++)
        {
            var row = new RowSource(d, first - FirstToken[d], Math.Min(count, FirstToken[d + 1] - first));
            rows.Add(row);
            first += row.Count;
            count -= row.Count;
        }

        return [.. rows];
    }
}
