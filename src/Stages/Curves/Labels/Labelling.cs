using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Labels;

/// <summary>
/// One way of labelling the probe set, the real one or a permuted one, with the token counts the formulas need:
/// <c>n_dc</c> (tokens of category c in document d) and <c>m_dc</c> (labelled tokens of other categories). All tables have the
/// columns of <see cref="FacetColumns"/>; columns that are no category hold zeros.
/// </summary>
internal sealed class Labelling
{
    public Labelling(ProbeSet probe, FacetColumns columns, ushort[][] labels)
    {
        Columns = columns;
        Labels = labels;
        var documents = probe.Documents.Count;
        var width = columns.Width;
        Inside = new double[documents * width];
        Outside = new double[documents * width];
        TotalInside = new double[width];
        TotalOutside = new double[width];
        Clusters = new int[width];
        InsideByHalf = [new int[width], new int[width]];
        foreach (var segment in columns.Segments)
        {
            CountTokens(probe, segment);
        }

        SumDocuments(documents, width);
    }

    public FacetColumns Columns { get; }

    /// <summary><c>[facet][token]</c>: category of each probe token; the number of categories stands for none.</summary>
    public ushort[][] Labels { get; }

    /// <summary><c>[document, column]</c>: n.</summary>
    public double[] Inside { get; }

    /// <summary><c>[document, column]</c>: m.</summary>
    public double[] Outside { get; }

    /// <summary><c>[column]</c>: Σ n.</summary>
    public double[] TotalInside { get; }

    /// <summary><c>[column]</c>: Σ m.</summary>
    public double[] TotalOutside { get; }

    /// <summary><c>[column]</c>: the smaller of the number of documents with tokens of the category and with labelled tokens of others.</summary>
    public int[] Clusters { get; }

    /// <summary><c>[half][column]</c>: Σ n over the even-numbered (0) and odd-numbered (1) documents.</summary>
    public int[][] InsideByHalf { get; }

    /// <summary>The labels the probe set comes with.</summary>
    /// <exception cref="ArgumentException">A label is outside its facet, or a document facet labels tokens of one document differently.</exception>
    public static Labelling Real(ProbeSet probe, FacetColumns columns)
    {
        var labels = new ushort[columns.Segments.Length][];
        foreach (var segment in columns.Segments)
        {
            var facet = probe.Facets[segment.Facet];
            var all = labels[segment.Facet] = new ushort[probe.TokenCount];
            for (var d = 0; d < probe.Documents.Count; d++)
            {
                var document = probe.Documents[d];
                var given = document.Labels[segment.Facet];
                for (var t = 0; t < given.Length; t++)
                {
                    if (given[t] < -1 || given[t] >= segment.Count || (segment.Kind == FacetKind.Document && given[t] != given[0]))
                    {
                        throw new ArgumentException($"document {document.Id}, token {t}: label {given[t]} does not fit facet {facet.Name} of {segment.Count} categories", nameof(probe));
                    }

                    all[probe.FirstToken[d] + t] = given[t] < 0 ? (ushort)segment.Count : (ushort)given[t];
                }
            }
        }

        return new Labelling(probe, columns, labels);
    }

    private void CountTokens(ProbeSet probe, FacetSegment segment)
    {
        var labels = Labels[segment.Facet];
        for (var d = 0; d < probe.Documents.Count; d++)
        {
            var inside = Inside.AsSpan(d * Columns.Width + segment.Start, segment.Count);
            var outside = Outside.AsSpan(d * Columns.Width + segment.Start, segment.Count);
            var labelled = 0;
            for (var t = probe.FirstToken[d]; t < probe.FirstToken[d + 1]; t++)
            {
                if (labels[t] < segment.Count)
                {
                    inside[labels[t]]++;
                    labelled++;
                }
            }

            for (var c = 0; c < segment.Count; c++)
            {
                outside[c] = labelled - inside[c];
            }
        }
    }

    private void SumDocuments(int documents, int width)
    {
        for (var column = 0; column < width; column++)
        {
            int with = 0, without = 0;
            for (var d = 0; d < documents; d++)
            {
                var inside = Inside[d * width + column];
                var outside = Outside[d * width + column];
                TotalInside[column] += inside;
                TotalOutside[column] += outside;
                InsideByHalf[d & 1][column] += (int)inside;
                with += inside > 0 ? 1 : 0;
                without += outside > 0 ? 1 : 0;
            }

            Clusters[column] = Math.Min(with, without);
        }
    }
}
