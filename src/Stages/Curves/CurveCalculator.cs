using System.Runtime.InteropServices;
using Emergence.Stages.Curves.Association;
using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Curves.Resampling;
using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves;

/// <summary>
/// Computes the curves, features and firings of one layer at one checkpoint from the exact firings on the probe set (METRICS, version 1).
/// One instance serves all layers and checkpoints of a run in turn; it uses one core and the same input and seed give the same bits.
/// </summary>
/// <remarks>
/// <para>Halves: documents at even and at odd places of the probe set. Split selection, bootstrap and document permutation all keep
/// a document in its half.</para>
/// <para>Intervals: the 2.5th and 97.5th percentile (linear interpolation) of the statistic over bootstrap draws of documents. For
/// <c>best_f1</c> the feature is chosen anew in every draw. For <c>categorical_features</c> every threshold is applied anew in every
/// draw, a document drawn twice counting as two, except that the Benjamini-Hochberg cut on p and the test's degrees of
/// freedom stay those of the whole probe set. For <c>coverage</c> the set of categorical features stays fixed and only documents are drawn. A draw
/// without tokens of the category (for <c>best_f1</c>: in one of the halves) leaves the statistic undefined and is left out;
/// when all are, both ends equal the value.</para>
/// <para>Nulls: means over permutations (documents' labels permuted within each half; token labels rotated within each document by
/// a random offset). <c>best_f1</c> uses all permutations, the others the first few, each computed by the very code that computes the
/// real statistic, Benjamini-Hochberg included. The 99th percentile is the ⌈0.99 (P + 1)⌉-th smallest of P values, which
/// an exchangeable statistic exceeds with chance at most 1 %.</para>
/// <para>Memory: 8 bytes per firing of the largest checkpoint, about 70 bytes per feature and category, and for each of the few permutations
/// 2 bytes per token and facet.</para>
/// </remarks>
public sealed class CurveCalculator
{
    private readonly ProbeSet _probe;
    private readonly FacetColumns _columns;
    private readonly CategoryRule _rule;
    private readonly Labelling _labels;
    private readonly ClusterTest _test;
    private readonly (Labelling Labels, ClusterTest Test)[] _permuted;
    private readonly DocumentCounts _counts;
    private readonly AssociationTable _real;
    private readonly AssociationTable _null;
    private readonly FeatureReport _report;
    private readonly FeatureFirings _firings = new();
    private readonly double[] _nullCategorical;
    private readonly double[] _nullCoverage;

    /// <summary>Draws the bootstrap and the permutations for a probe set.</summary>
    /// <param name="probe">The probe set.</param>
    /// <param name="options">Thresholds, numbers of draws, seed.</param>
    /// <exception cref="ArgumentException">The options have <see cref="CurveOptions.Problems"/>, or labels do not fit their facet.</exception>
    public CurveCalculator(ProbeSet probe, CurveOptions options)
    {
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        _probe = probe;
        _columns = new FacetColumns(probe.Facets);
        _rule = new CategoryRule(options);
        _labels = Labelling.Real(probe, _columns);
        _test = new ClusterTest(_labels);
        var permutations = new LabelPermutations(probe, _labels, options.Permutations, options.Seed);
        _permuted = new (Labelling, ClusterTest)[options.CategoricalPermutations];
        for (var p = 0; p < _permuted.Length; p++)
        {
            var labels = permutations.Labelling(p);
            _permuted[p] = (labels, new ClusterTest(labels));
        }

        Bootstrap = new DocumentBootstrap(_labels, probe.Documents.Count, options.BootstrapDraws, options.Seed);
        Null = new PermutationNull(probe, _columns, permutations);
        _counts = new DocumentCounts(probe, _columns);
        _real = new AssociationTable(probe, _columns, _rule);
        _null = new AssociationTable(probe, _columns, _rule);
        _report = new FeatureReport(probe, _columns, _labels);
        _nullCategorical = new double[_columns.Width];
        _nullCoverage = new double[_columns.Width];
    }

    /// <summary>The resampled probe sets.</summary>
    internal DocumentBootstrap Bootstrap { get; }

    /// <summary>The permuted probe sets.</summary>
    internal PermutationNull Null { get; }

    /// <summary>The real association table of the last layer computed.</summary>
    internal AssociationTable Table => _real;

    /// <summary>Layout of the tables' columns.</summary>
    internal FacetColumns Columns => _columns;

    /// <summary>Computes one layer.</summary>
    /// <param name="layer">Layer the rows name, from 0.</param>
    /// <param name="log">Its firings on the whole probe set; only read.</param>
    /// <exception cref="ArgumentException">The log is of another probe set.</exception>
    /// <exception cref="InvalidOperationException">The log lacks tokens of the probe set.</exception>
    public LayerCurves Compute(int layer, FiringLog log)
    {
        Transpose(log);
        Associate();
        Resample(withBootstrap: true, withPermutations: true);
        AssociateNull();
        return Publish(layer);
    }

    /// <summary>First part: firings by feature.</summary>
    internal void Transpose(FiringLog log)
    {
        if (!ReferenceEquals(log.Probe, _probe))
        {
            throw new ArgumentException("the log is of another probe set", nameof(log));
        }

        _firings.Fill(log);
    }

    /// <summary>Second part: counts, tests, categorical features and coverage under the real labels.</summary>
    internal void Associate() => _real.Compute(_firings, _labels, _test, everyP: true);

    /// <summary>Third part: best_f1, bootstrap and permutations, feature by feature.</summary>
    internal void Resample(bool withBootstrap, bool withPermutations)
    {
        Bootstrap.Reset();
        Null.Reset();
        for (var f = 0; f < _firings.FeatureCount; f++)
        {
            var tokens = _firings.Tokens(f);
            _counts.Fill(tokens, _labels);
            if (withBootstrap)
            {
                Bootstrap.Add(_counts, _test, _rule, _real.Cut);
            }

            if (withPermutations)
            {
                Null.Add(tokens, _counts);
            }
        }
    }

    /// <summary>Fourth part: categorical features and coverage under permuted labels.</summary>
    internal void AssociateNull()
    {
        Array.Clear(_nullCategorical);
        Array.Clear(_nullCoverage);
        foreach (var (labels, test) in _permuted)
        {
            _null.Compute(_firings, labels, test, everyP: false);
            foreach (var segment in _columns.Segments)
            {
                for (var column = segment.Start; column < segment.Labelled; column++)
                {
                    _nullCategorical[column] += (double)_null.CategoricalCount(segment, column) / _permuted.Length;
                    _nullCoverage[column] += Share(_null.CoveredCount(column), labels.TotalInside[column]) / _permuted.Length;
                }
            }
        }
    }

    /// <summary>Last part: the rows.</summary>
    internal LayerCurves Publish(int layer)
    {
        var (features, firings) = _report.Make(layer, _firings, _real);
        var points = new List<CurvePoint>(_columns.CategoryCount);
        foreach (var segment in _columns.Segments)
        {
            for (var column = segment.Start; column < segment.Labelled; column++)
            {
                points.Add(Point(segment, column));
            }
        }

        return new LayerCurves(layer, points, features, firings);
    }

    private CurvePoint Point(FacetSegment segment, int column)
    {
        var facet = _probe.Facets[segment.Facet];
        var nulls = new double[Null.Selection.Versions];
        for (var p = 0; p < nulls.Length; p++)
        {
            nulls[p] = Null.Selection.Value(p, column);
        }

        var nullMean = nulls.Sum() / nulls.Length;
        Array.Sort(nulls);
        return new CurvePoint(
            facet.Name,
            facet.Categories[column - segment.Start],
            Interval(_real.CategoricalCount(segment, column), _nullCategorical[column], v => Bootstrap.Inside(v, column) > 0 ? Bootstrap.CategoricalCount(v, column) : null),
            Interval(Share(_real.CoveredCount(column), _labels.TotalInside[column]), _nullCoverage[column], v => CoverageIn(v, column)),
            Interval(Bootstrap.Selection.Value(0, column), nullMean, v => Bootstrap.Selection.IsDefined(v, column) ? Bootstrap.Selection.Value(v, column) : null),
            BestFeature(segment, column),
            Quantile.NullUpper(nulls, CurveDefaults.NullLevel));
    }

    private Estimate Interval(double value, double nullMean, Func<int, double?> draw)
    {
        var draws = new List<double>(Bootstrap.Draws);
        for (var version = 1; version <= Bootstrap.Draws; version++)
        {
            if (draw(version) is { } drawn)
            {
                draws.Add(drawn);
            }
        }

        if (draws.Count == 0)
        {
            return new Estimate(value, value, value, nullMean);
        }

        draws.Sort();
        var sorted = CollectionsMarshal.AsSpan(draws);
        return new Estimate(value, Quantile.Interpolated(sorted, 0.025), Quantile.Interpolated(sorted, 0.975), nullMean);
    }

    private double? CoverageIn(int version, int column)
    {
        var tokens = Bootstrap.Inside(version, column);
        if (tokens <= 0)
        {
            return null;
        }

        var weights = Bootstrap.Weights(version);
        long covered = 0;
        for (var d = 0; d < weights.Length; d++)
        {
            covered += (long)weights[d] * _real.Covered[d * _columns.Width + column];
        }

        return covered / tokens;
    }

    private int BestFeature(FacetSegment segment, int column)
    {
        var best = 0.0;
        var feature = -1;
        for (var f = 0; f < _real.FeatureCount; f++)
        {
            var at = f * _columns.Width;
            var f1 = CategoryRule.F1(_real.Firings[at + column], _real.Firings[at + segment.Labelled], _labels.TotalInside[column]);
            if (f1 > best)
            {
                (best, feature) = (f1, f);
            }
        }

        return feature;
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
