using Emergence.Stages.Curves.Resampling;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Labels;

/// <summary>
/// The permuted labellings behind the nulls, drawn once for a seed.
/// <list type="bullet">
/// <item>Document facet: labels are permuted among the even-numbered documents and among the odd-numbered ones, so that a category
/// keeps its number of documents in each half and split selection stays possible. Documents differ in length, so n changes.</item>
/// <item>Token facet: permutation p rotates the labels of document d by an offset drawn evenly from 0 … T_d − 1,
/// <c>label'(t) = label((t + offset) mod T_d)</c>, independently for each document. Runs of labels and n_dc stay as they are; only
/// the alignment of labels with firings is broken.</item>
/// </list>
/// </summary>
internal sealed class LabelPermutations
{
    private readonly ProbeSet _probe;
    private readonly FacetColumns _columns;

    public LabelPermutations(ProbeSet probe, Labelling real, int count, long seed)
    {
        _probe = probe;
        _columns = real.Columns;
        Count = count;
        var facets = _columns.Segments.Length;
        DocumentLabels = new ushort[facets][];
        Doubled = new ushort[facets][];
        Offsets = new int[facets][];
        InsideByHalf = [new int[count * _columns.Width], new int[count * _columns.Width]];
        foreach (var segment in _columns.Segments)
        {
            var random = new SplitMix64(seed, RandomPurpose.Permutation, segment.Facet);
            if (segment.Kind == FacetKind.Document)
            {
                PermuteDocuments(segment, real, random);
            }
            else
            {
                RotateTokens(segment, real, random);
            }
        }
    }

    /// <summary>Number of permutations.</summary>
    public int Count { get; }

    /// <summary><c>[facet][document, permutation]</c>: label of each document; null for token facets.</summary>
    public ushort[][] DocumentLabels { get; }

    /// <summary><c>[facet][2 · token]</c>: each document's labels twice in a row from 2 · FirstToken on, so that a rotation is a shifted start; null for document facets.</summary>
    public ushort[][] Doubled { get; }

    /// <summary><c>[facet][document, permutation]</c>: how far labels are rotated; null for document facets.</summary>
    public int[][] Offsets { get; }

    /// <summary><c>[half][permutation, column]</c>: tokens of each category in the even-numbered (0) and odd-numbered (1) documents.</summary>
    public int[][] InsideByHalf { get; }

    /// <summary>The whole probe set under one permutation.</summary>
    public Labelling Labelling(int permutation)
    {
        var labels = new ushort[_columns.Segments.Length][];
        foreach (var segment in _columns.Segments)
        {
            var all = labels[segment.Facet] = new ushort[_probe.TokenCount];
            for (var d = 0; d < _probe.Documents.Count; d++)
            {
                var first = _probe.FirstToken[d];
                var document = all.AsSpan(first, _probe.FirstToken[d + 1] - first);
                if (segment.Kind == FacetKind.Document)
                {
                    document.Fill(DocumentLabels[segment.Facet][d * Count + permutation]);
                }
                else
                {
                    Doubled[segment.Facet].AsSpan(2 * first + Offsets[segment.Facet][d * Count + permutation], document.Length).CopyTo(document);
                }
            }
        }

        return new Labelling(_probe, _columns, labels);
    }

    private void PermuteDocuments(FacetSegment segment, Labelling real, SplitMix64 random)
    {
        var documents = _probe.Documents.Count;
        var permuted = DocumentLabels[segment.Facet] = new ushort[documents * Count];
        for (var p = 0; p < Count; p++)
        {
            for (var half = 0; half < 2; half++)
            {
                var members = Enumerable.Range(0, documents).Where(d => (d & 1) == half).ToArray();
                var labels = members.Select(d => real.Labels[segment.Facet][_probe.FirstToken[d]]).ToArray();
                random.Shuffle(labels);
                for (var i = 0; i < members.Length; i++)
                {
                    var d = members[i];
                    permuted[d * Count + p] = labels[i];
                    if (labels[i] < segment.Count)
                    {
                        InsideByHalf[half][p * _columns.Width + segment.Start + labels[i]] += _probe.FirstToken[d + 1] - _probe.FirstToken[d];
                    }
                }
            }
        }
    }

    private void RotateTokens(FacetSegment segment, Labelling real, SplitMix64 random)
    {
        var documents = _probe.Documents.Count;
        var doubled = Doubled[segment.Facet] = new ushort[checked(2 * _probe.TokenCount)];
        var offsets = Offsets[segment.Facet] = new int[documents * Count];
        for (var d = 0; d < documents; d++)
        {
            var first = _probe.FirstToken[d];
            var labels = real.Labels[segment.Facet].AsSpan(first, _probe.FirstToken[d + 1] - first);
            labels.CopyTo(doubled.AsSpan(2 * first));
            labels.CopyTo(doubled.AsSpan(2 * first + labels.Length));
            for (var p = 0; p < Count; p++)
            {
                offsets[d * Count + p] = random.Next(labels.Length);
            }
        }

        // A rotation within documents leaves every n_dc as it is.
        for (var half = 0; half < 2; half++)
        {
            for (var p = 0; p < Count; p++)
            {
                real.InsideByHalf[half].AsSpan(segment.Start, segment.Count).CopyTo(InsideByHalf[half].AsSpan(p * _columns.Width + segment.Start));
            }
        }
    }
}
