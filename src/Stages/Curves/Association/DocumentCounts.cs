using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Association;

/// <summary>
/// Firings of one feature counted by document and category: x_dc, and in the column <see cref="FacetSegment.Labelled"/> of each
/// facet the firings on labelled tokens, x_d + y_d. Reused feature after feature.
/// </summary>
internal sealed class DocumentCounts
{
    private readonly ProbeSet _probe;
    private readonly FacetColumns _columns;
    private readonly int[] _active;
    private readonly int[] _ends;

    public DocumentCounts(ProbeSet probe, FacetColumns columns)
    {
        _probe = probe;
        _columns = columns;
        Rows = new int[probe.Documents.Count * columns.Width];
        _active = new int[probe.Documents.Count];
        _ends = new int[probe.Documents.Count];
    }

    /// <summary><c>[document, column]</c>; zero in documents that are not <see cref="Active"/>.</summary>
    public int[] Rows { get; }

    /// <summary>Documents in which the feature fires, ascending.</summary>
    public ReadOnlySpan<int> Active => _active.AsSpan(0, ActiveCount);

    /// <summary>For each active document, the index after its last firing.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, ActiveCount);

    /// <summary>How many documents the feature fires in.</summary>
    public int ActiveCount { get; private set; }

    /// <summary>Counts a feature's firings.</summary>
    /// <param name="tokens">Probe indices, ascending.</param>
    /// <param name="labelling">How the tokens are labelled.</param>
    public void Fill(ReadOnlySpan<int> tokens, Labelling labelling)
    {
        foreach (var d in Active)
        {
            Rows.AsSpan(d * _columns.Width, _columns.Width).Clear();
        }

        FindDocuments(tokens);
        foreach (var segment in _columns.Segments)
        {
            var labels = labelling.Labels[segment.Facet];
            var begin = 0;
            for (var a = 0; a < ActiveCount; a++)
            {
                var end = _ends[a];
                var row = Rows.AsSpan(_active[a] * _columns.Width + segment.Start, segment.Count + 1);
                if (segment.Kind == FacetKind.Document)
                {
                    row[labels[tokens[begin]]] = end - begin;
                }
                else
                {
                    for (var i = begin; i < end; i++)
                    {
                        row[labels[tokens[i]]]++;
                    }
                }

                // The last column has the firings on unlabelled tokens so far; what is wanted there is the others.
                row[segment.Count] = end - begin - row[segment.Count];
                begin = end;
            }
        }
    }

    private void FindDocuments(ReadOnlySpan<int> tokens)
    {
        var first = _probe.FirstToken;
        var document = 0;
        ActiveCount = 0;
        for (var i = 0; i < tokens.Length;)
        {
            while (first[document + 1] <= tokens[i])
            {
                document++;
            }

            var limit = first[document + 1];
            while (i < tokens.Length && tokens[i] < limit)
            {
                i++;
            }

            _active[ActiveCount] = document;
            _ends[ActiveCount] = i;
            ActiveCount++;
        }
    }
}
