using Emergence.Stages.Curves.Labels;

namespace Emergence.Stages.Curves.Association;

/// <summary>The five thresholds a feature must pass to be categorical for a category, and which category it takes when it passes several.</summary>
internal sealed class CategoryRule(CurveOptions options)
{
    /// <summary>Level of the Benjamini-Hochberg procedure.</summary>
    public double MaxQ => options.MaxQ;

    /// <summary>F1 of precision x/X and recall x/n is 2x/(X + n); 0 when x is.</summary>
    public static double F1(double x, double labelled, double n) => x > 0 ? 2 * x / (labelled + n) : 0;

    /// <summary>Whether counts (everything but the test) pass.</summary>
    /// <param name="x">Firings on the category.</param>
    /// <param name="labelled">Firings on labelled tokens of the facet.</param>
    /// <param name="n">Tokens of the category.</param>
    /// <param name="m">Labelled tokens of other categories.</param>
    public bool CountsPass(double x, double labelled, double n, double m) =>
        x >= options.MinFirings
        && PrecisionPasses(x, labelled)
        && x * (n + m) >= options.MinLift * n * labelled;

    /// <summary>Whether precision passes; false where there is no firing on the category.</summary>
    public bool PrecisionPasses(double x, double labelled) => x > 0 && x >= options.MinPrecision * labelled;

    /// <summary>Whether the firings lie in enough documents.</summary>
    public bool DocumentsPass(long documents) => documents >= options.MinDocuments;

    /// <summary>The category of one facet for which a feature is categorical, as a column; −1 when for none. Of several the one of highest F1, then the first.</summary>
    public int Choose(FacetSegment segment, Labelling labelling, ReadOnlySpan<int> firings, ReadOnlySpan<int> documents, ReadOnlySpan<double> p, double cut)
    {
        var chosen = -1;
        var best = 0.0;
        var labelled = firings[segment.Labelled];
        for (var column = segment.Start; column < segment.Labelled; column++)
        {
            var n = labelling.TotalInside[column];
            if (p[column] <= cut && DocumentsPass(documents[column]) && CountsPass(firings[column], labelled, n, labelling.TotalOutside[column]))
            {
                var f1 = F1(firings[column], labelled, n);
                if (f1 > best)
                {
                    best = f1;
                    chosen = column;
                }
            }
        }

        return chosen;
    }
}
