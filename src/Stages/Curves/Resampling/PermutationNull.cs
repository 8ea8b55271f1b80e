using Emergence.Stages.Curves.Association;
using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Resampling;

/// <summary>
/// <c>best_f1</c> under every permuted labelling. The counts a permutation needs are taken straight from a feature's firings: each
/// firing looks its label up in every rotation and adds one in a table of <c>[permutation, category]</c> that stays in the first-level
/// cache. For document facets a document's firings are added at its permuted label.
/// </summary>
internal sealed class PermutationNull(ProbeSet probe, FacetColumns columns, LabelPermutations permutations)
{
    // [half][permutation, column]
    private readonly int[][] _tables = [new int[permutations.Count * columns.Width], new int[permutations.Count * columns.Width]];

    /// <summary>best_f1 of every permutation.</summary>
    public SplitSelection Selection { get; } = new(columns, permutations.InsideByHalf);

    /// <summary>Forgets what was added.</summary>
    public void Reset() => Selection.Reset();

    /// <summary>Adds a feature; ascending.</summary>
    /// <param name="tokens">Probe indices on which it fires.</param>
    /// <param name="counts">The documents these lie in.</param>
    public void Add(ReadOnlySpan<int> tokens, DocumentCounts counts)
    {
        if (tokens.Length == 0)
        {
            return;
        }

        Count(tokens, counts);
        Selection.Offer(_tables[0], _tables[1]);
    }

    /// <summary>Counts one feature under every permutation; <c>[half][permutation, column]</c>.</summary>
    internal int[][] Count(ReadOnlySpan<int> tokens, DocumentCounts counts)
    {
        Array.Clear(_tables[0]);
        Array.Clear(_tables[1]);
        var begin = 0;
        for (var a = 0; a < counts.ActiveCount; a++)
        {
            var document = counts.Active[a];
            var table = _tables[document & 1];
            var firings = tokens[begin..counts.Ends[a]];
            begin = counts.Ends[a];
            foreach (var segment in columns.Segments)
            {
                if (segment.Kind == FacetKind.Document)
                {
                    AddDocument(segment, document, firings.Length, table);
                }
                else
                {
                    AddRotations(segment, document, firings, table);
                }
            }
        }

        SumLabelled();
        return _tables;
    }

    private void AddDocument(FacetSegment segment, int document, int firings, int[] table)
    {
        var labels = permutations.DocumentLabels[segment.Facet].AsSpan(document * permutations.Count, permutations.Count);
        for (var p = 0; p < labels.Length; p++)
        {
            table[p * columns.Width + segment.Start + labels[p]] += firings;
        }
    }

    /// <summary>The hot loop: firings × permutations increments. Label indices were checked against the facet when the labelling was made.</summary>
    private unsafe void AddRotations(FacetSegment segment, int document, ReadOnlySpan<int> firings, int[] table)
    {
        var first = probe.FirstToken[document];
        var count = permutations.Count;
        nint width = columns.Width;
        fixed (ushort* doubled = &permutations.Doubled[segment.Facet][2 * first])
        fixed (int* offsets = &permutations.Offsets[segment.Facet][document * count])
        fixed (int* start = &table[segment.Start])
        {
            foreach (var token in firings)
            {
                var labels = doubled + (token - first);
                var row = start;
                var p = 0;
                for (; p + 4 <= count; p += 4)
                {
                    row[labels[offsets[p]]]++;
                    row[width + labels[offsets[p + 1]]]++;
                    row[2 * width + labels[offsets[p + 2]]]++;
                    row[3 * width + labels[offsets[p + 3]]]++;
                    row += 4 * width;
                }

                for (; p < count; p++)
                {
                    row[labels[offsets[p]]]++;
                    row += width;
                }
            }
        }
    }

    /// <summary>The column after the categories holds firings on unlabelled tokens so far; what selection needs there is the sum over categories.</summary>
    private void SumLabelled()
    {
        foreach (var table in _tables)
        {
            for (var start = 0; start < table.Length; start += columns.Width)
            {
                foreach (var segment in columns.Segments)
                {
                    var sum = 0;
                    foreach (var x in table.AsSpan(start + segment.Start, segment.Count))
                    {
                        sum += x;
                    }

                    table[start + segment.Labelled] = sum;
                }
            }
        }
    }
}
