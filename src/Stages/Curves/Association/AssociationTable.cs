using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Association;

/// <summary>
/// Every (feature, category) of one layer under one labelling: counts, tests, which features are categorical and what they
/// cover. The real statistics and their permutation nulls come out of this same code. Reused from layer to layer.
/// </summary>
internal sealed class AssociationTable(ProbeSet probe, FacetColumns columns, CategoryRule rule)
{
    private readonly DocumentCounts _counts = new(probe, columns);
    private double[] _small = [];
    private readonly bool[] _covered = new bool[probe.TokenCount];

    /// <summary>Number of features.</summary>
    public int FeatureCount { get; private set; }

    /// <summary><c>[feature, column]</c>: Σx; Σx + Σy in the columns of labelled tokens.</summary>
    public int[] Firings { get; private set; } = [];

    /// <summary><c>[feature, column]</c>: documents with x &gt; 0.</summary>
    public int[] Documents { get; private set; } = [];

    /// <summary><c>[feature, column]</c>: z; 0 where it cannot be tested.</summary>
    public double[] Z { get; private set; } = [];

    /// <summary><c>[feature, column]</c>: one-sided p-value; where z says that p is 0.05 or more and it is not asked for, 1.</summary>
    public double[] P { get; private set; } = [];

    /// <summary><c>[feature, facet]</c>: column of the category the feature is categorical for, or −1.</summary>
    public int[] Categorical { get; private set; } = [];

    /// <summary>Greatest p-value whose q is below the threshold; −1 when there is none.</summary>
    public double Cut { get; private set; }

    /// <summary><c>[document, column]</c>: tokens of each category on which a feature categorical for it fires.</summary>
    public int[] Covered { get; } = new int[probe.Documents.Count * columns.Width];

    /// <summary>Computes everything.</summary>
    /// <param name="firings">The layer's firings.</param>
    /// <param name="labelling">How tokens are labelled.</param>
    /// <param name="test">The test under that labelling.</param>
    /// <param name="everyP">Whether p-values that cannot be below the threshold are wanted too.</param>
    public void Compute(FeatureFirings firings, Labelling labelling, ClusterTest test, bool everyP)
    {
        Reserve(firings.FeatureCount);
        for (var f = 0; f < FeatureCount; f++)
        {
            var at = f * columns.Width;
            _counts.Fill(firings.Tokens(f), labelling);
            test.Evaluate(_counts, Firings.AsSpan(at, columns.Width), Documents.AsSpan(at, columns.Width), Z.AsSpan(at, columns.Width));
        }

        ComputeP(test, everyP);
        for (var f = 0; f < FeatureCount; f++)
        {
            var at = f * columns.Width;
            foreach (var segment in columns.Segments)
            {
                Categorical[f * columns.Segments.Length + segment.Facet] = rule.Choose(
                    segment, labelling, Firings.AsSpan(at, columns.Width), Documents.AsSpan(at, columns.Width), P.AsSpan(at, columns.Width), Cut);
            }
        }

        Cover(firings, labelling);
    }

    /// <summary>Number of features categorical for the category of a column.</summary>
    public int CategoricalCount(FacetSegment segment, int column)
    {
        var count = 0;
        for (var f = 0; f < FeatureCount; f++)
        {
            count += Categorical[f * columns.Segments.Length + segment.Facet] == column ? 1 : 0;
        }

        return count;
    }

    /// <summary>Σ of <see cref="Covered"/> over documents.</summary>
    public long CoveredCount(int column)
    {
        long sum = 0;
        for (var at = column; at < Covered.Length; at += columns.Width)
        {
            sum += Covered[at];
        }

        return sum;
    }

    private void Reserve(int features)
    {
        FeatureCount = features;
        if (Firings.Length != features * columns.Width)
        {
            Firings = new int[features * columns.Width];
            Documents = new int[features * columns.Width];
            Z = new double[features * columns.Width];
            P = new double[features * columns.Width];
            Categorical = new int[features * columns.Segments.Length];
            _small = new double[features * columns.CategoryCount];
        }
    }

    private void ComputeP(ClusterTest test, bool everyP)
    {
        // t is at most z and has heavier tails than the normal, so below its 95th percentile p exceeds 0.05 for sure.
        var least = rule.MaxQ <= 0.05 ? 1.6448 : 0;
        var small = 0;
        for (var f = 0; f < FeatureCount; f++)
        {
            foreach (var segment in columns.Segments)
            {
                for (var at = f * columns.Width + segment.Start; at < f * columns.Width + segment.Labelled; at++)
                {
                    // Where there is no firing or no test, p is 1.
                    var column = at - f * columns.Width;
                    var wanted = Firings[f * columns.Width + segment.Labelled] > 0 && (everyP || Z[at] >= least);
                    P[at] = wanted ? test.PValue(column, Z[at]) : 1;
                    if (P[at] < rule.MaxQ)
                    {
                        _small[small++] = P[at];
                    }
                }
            }
        }

        Cut = BenjaminiHochberg.Cut(_small.AsSpan(0, small), (long)FeatureCount * columns.CategoryCount, rule.MaxQ);
    }

    private void Cover(FeatureFirings firings, Labelling labelling)
    {
        Array.Clear(Covered);
        foreach (var segment in columns.Segments)
        {
            var labels = labelling.Labels[segment.Facet];
            Array.Clear(_covered);
            for (var f = 0; f < FeatureCount; f++)
            {
                var column = Categorical[f * columns.Segments.Length + segment.Facet];
                if (column >= 0)
                {
                    foreach (var token in firings.Tokens(f))
                    {
                        _covered[token] |= labels[token] == column - segment.Start;
                    }
                }
            }

            for (var d = 0; d < probe.Documents.Count; d++)
            {
                var row = Covered.AsSpan(d * columns.Width + segment.Start, segment.Count + 1);
                for (var t = probe.FirstToken[d]; t < probe.FirstToken[d + 1]; t++)
                {
                    row[labels[t]] += _covered[t] ? 1 : 0;
                }
            }
        }
    }
}
