using System.Numerics;
using Emergence.Stages.Curves.Labels;

namespace Emergence.Stages.Curves.Association;

/// <summary>
/// The cluster-robust test of METRICS for one feature and all categories at once:
/// <c>Δ = r − q0</c>, <c>v = D/(D−1) · Σ_d ((x_d − r·n_d)/Σn − (y_d − q0·m_d)/Σm)²</c>, <c>z = Δ/√v</c>.
/// </summary>
/// <remarks>
/// <para>p-value: <c>P(T_{G−1} ≥ z · √((G−1)/G · D/(D−1)))</c>, where G is the smaller of the number of documents that have tokens
/// of the category and of those that have labelled tokens of others: only these carry information about their side, and
/// documents without the category add nothing to the variance of r but would count in D. G &lt; 2 cannot be tested: z = 0, p = 1.</para>
/// <para>v = 0 although Δ ≠ 0 happens when a rate is the same in every document, above all for a perfect feature (r = 1, q0 = 0).
/// Then the variance of independent tokens takes v's place, with Jeffreys-smoothed rates so that it is not 0 either:
/// <c>r̃(1 − r̃)/Σn + q̃(1 − q̃)/Σm</c>, <c>r̃ = (Σx + ½)/(Σn + 1)</c>.</para>
/// <para>Sums run over documents in order and never use fused multiply-add, so results do not depend on the vector width.</para>
/// </remarks>
internal sealed class ClusterTest
{
    private readonly int _width;
    private readonly int _documents;
    private readonly Labelling _labelling;
    private readonly double[] _perInside;
    private readonly double[] _perOutside;
    private readonly double[] _recallPerInside;
    private readonly double[] _falsePerOutside;
    private readonly double[] _squares;
    private readonly double[] _scale;
    private readonly StudentTail?[] _tails;

    public ClusterTest(Labelling labelling)
    {
        _labelling = labelling;
        _width = labelling.Columns.Width;
        _documents = labelling.Inside.Length / _width;
        _perInside = [.. labelling.TotalInside.Select(n => n > 0 ? 1 / n : 0)];
        _perOutside = [.. labelling.TotalOutside.Select(m => m > 0 ? 1 / m : 0)];
        _recallPerInside = new double[_width];
        _falsePerOutside = new double[_width];
        _squares = new double[_width];
        _scale = [.. labelling.Clusters.Select(g => g < 2 ? 0 : Math.Sqrt((g - 1.0) / g * _documents / (_documents - 1.0)))];
        var byDegrees = new Dictionary<int, StudentTail>();
        _tails = new StudentTail?[_width];
        for (var column = 0; column < _width; column++)
        {
            var degrees = labelling.Clusters[column] - 1;
            if (degrees >= 1 && !byDegrees.TryGetValue(degrees, out _tails[column]))
            {
                _tails[column] = byDegrees[degrees] = new StudentTail(degrees);
            }
        }
    }

    /// <summary>Whether a category can be tested at all.</summary>
    public bool CanTest(int column) => _tails[column] is not null;

    /// <summary>One-sided p-value of a z; 1 where the category cannot be tested.</summary>
    public double PValue(int column, double z) => _tails[column]?.Upper(z * _scale[column]) ?? 1;

    /// <summary>Sums one feature's counts over documents and computes z.</summary>
    /// <param name="counts">x_dc.</param>
    /// <param name="firings"><c>[column]</c>: Σx, and Σx + Σy in the columns of labelled tokens.</param>
    /// <param name="documents"><c>[column]</c>: documents with x &gt; 0.</param>
    /// <param name="z"><c>[column]</c>.</param>
    public void Evaluate(DocumentCounts counts, Span<int> firings, Span<int> documents, Span<double> z)
    {
        Sum(counts, firings, documents);
        Array.Clear(_squares);
        foreach (var segment in _labelling.Columns.Segments)
        {
            var labelled = firings[segment.Labelled];
            for (var column = segment.Start; column < segment.Labelled; column++)
            {
                _recallPerInside[column] = firings[column] * _perInside[column] * _perInside[column];
                _falsePerOutside[column] = (labelled - firings[column]) * _perOutside[column] * _perOutside[column];
            }

            for (var d = 0; d < _documents; d++)
            {
                AddSquares(segment, counts.Rows.AsSpan(d * _width, _width), d);
            }

            for (var column = segment.Start; column < segment.Labelled; column++)
            {
                var variance = _squares[column] * _documents / (_documents - 1.0);
                z[column] = Standardise(column, firings[column], labelled - firings[column], variance);
            }
        }
    }

    /// <summary>z of one feature and category with documents weighted, as in a bootstrap draw: a document of weight 2 counts as two.</summary>
    /// <param name="counts">x_dc.</param>
    /// <param name="labelled">Column of the facet's labelled tokens.</param>
    /// <param name="column">Column of the category.</param>
    /// <param name="weights"><c>[document]</c>; they sum to D.</param>
    public double WeightedZ(DocumentCounts counts, int labelled, int column, ReadOnlySpan<int> weights)
    {
        double x = 0, y = 0, n = 0, m = 0;
        for (var d = 0; d < weights.Length; d++)
        {
            var at = d * _width;
            x += weights[d] * counts.Rows[at + column];
            y += weights[d] * (counts.Rows[at + labelled] - counts.Rows[at + column]);
            n += weights[d] * _labelling.Inside[at + column];
            m += weights[d] * _labelling.Outside[at + column];
        }

        if (n <= 0 || m <= 0)
        {
            return 0;
        }

        double recall = x / n, falseRate = y / m, squares = 0;
        for (var d = 0; d < weights.Length; d++)
        {
            var at = d * _width;
            double xd = counts.Rows[at + column], yd = counts.Rows[at + labelled] - counts.Rows[at + column];
            var residual = (xd - recall * _labelling.Inside[at + column]) / n - (yd - falseRate * _labelling.Outside[at + column]) / m;
            squares += weights[d] * residual * residual;
        }

        return Ratio(x, y, n, m, squares * _documents / (_documents - 1.0));
    }

    private double Standardise(int column, double x, double y, double variance) =>
        CanTest(column) ? Ratio(x, y, _labelling.TotalInside[column], _labelling.TotalOutside[column], variance) : 0;

    private static double Ratio(double x, double y, double n, double m, double variance)
    {
        var delta = x / n - y / m;
        if (delta == 0)
        {
            return 0;
        }

        // Below this v is only what rounding left of 0.
        if (variance <= 1e-24 * delta * delta)
        {
            double recall = (x + 0.5) / (n + 1), falseRate = (y + 0.5) / (m + 1);
            variance = recall * (1 - recall) / n + falseRate * (1 - falseRate) / m;
        }

        return delta / Math.Sqrt(variance);
    }

    private void Sum(DocumentCounts counts, Span<int> firings, Span<int> documents)
    {
        firings.Clear();
        documents.Clear();
        foreach (var d in counts.Active)
        {
            var row = counts.Rows.AsSpan(d * _width, _width);
            for (var column = 0; column < _width; column += Vector<int>.Count)
            {
                var x = new Vector<int>(row[column..]);
                (new Vector<int>(firings[column..]) + x).CopyTo(firings[column..]);

                // A comparison that holds gives −1.
                (new Vector<int>(documents[column..]) - Vector.GreaterThan(x, Vector<int>.Zero)).CopyTo(documents[column..]);
            }
        }
    }

    /// <summary>Adds ((x − r·n)/N − (y − q0·m)/M)² of one document, written as x·(1/N + 1/M) − (x + y)/M − n·r/N + m·q0/M.</summary>
    private void AddSquares(FacetSegment segment, ReadOnlySpan<int> row, int document)
    {
        var labelled = new Vector<double>(row[segment.Labelled]);
        var inside = _labelling.Inside.AsSpan(document * _width, _width);
        var outside = _labelling.Outside.AsSpan(document * _width, _width);
        for (var column = segment.Start; column < segment.Start + segment.Width; column += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(row[column..]), out var low, out var high);
            AddSquare(column, Vector.ConvertToDouble(low), labelled, inside, outside);
            AddSquare(column + Vector<double>.Count, Vector.ConvertToDouble(high), labelled, inside, outside);
        }
    }

    private void AddSquare(int column, Vector<double> x, Vector<double> labelled, ReadOnlySpan<double> inside, ReadOnlySpan<double> outside)
    {
        var perInside = new Vector<double>(_perInside, column);
        var perOutside = new Vector<double>(_perOutside, column);
        var residual = x * (perInside + perOutside) - labelled * perOutside
            - new Vector<double>(inside[column..]) * new Vector<double>(_recallPerInside, column)
            + new Vector<double>(outside[column..]) * new Vector<double>(_falsePerOutside, column);
        (new Vector<double>(_squares, column) + residual * residual).CopyTo(_squares, column);
    }
}
