using System.Numerics;
using System.Runtime.InteropServices;
using Emergence.Stages.Curves.Association;
using Emergence.Stages.Curves.Labels;

namespace Emergence.Stages.Curves.Resampling;

/// <summary>
/// Resampled probe sets: in each draw the even-numbered documents are replaced by as many drawn from them with replacement, the
/// odd-numbered ones likewise, so that a document never lands on both sides of split selection. Version 0 is the probe set itself.
/// </summary>
/// <remarks>
/// Redone inside each draw: the choice and the scoring of <c>best_f1</c>; which features are categorical (firings, documents,
/// precision, lift, z and its p-value, and the choice of one category per facet). Held fixed: the Benjamini-Hochberg cut on p found on the
/// whole probe set, the degrees of freedom of the test, and, for <c>coverage</c>, the set of categorical features, so
/// its interval says how the share varies with documents for these features and not how their choice does.
/// </remarks>
internal sealed class DocumentBootstrap
{
    private readonly FacetColumns _columns;
    private readonly int _documents;

    // [version, document]
    private readonly int[] _weights;
    private readonly double[] _totalInside;
    private readonly double[] _totalOutside;
    private readonly int[][] _sums;
    private readonly int[] _categorical;
    private readonly int[] _candidates;

    public DocumentBootstrap(Labelling real, int documents, int draws, long seed)
    {
        _columns = real.Columns;
        _documents = documents;
        Draws = draws;
        _weights = DrawWeights(documents, draws, seed);
        var size = (draws + 1) * _columns.Width;
        _totalInside = new double[size];
        _totalOutside = new double[size];
        _sums = [new int[size], new int[size]];
        _categorical = new int[size];
        _candidates = new int[_columns.Width];
        int[][] inside = [new int[size], new int[size]];
        for (var version = 0; version <= draws; version++)
        {
            for (var d = 0; d < documents; d++)
            {
                for (var column = 0; column < _columns.Width; column++)
                {
                    var at = version * _columns.Width + column;
                    var weight = _weights[version * documents + d];
                    inside[d & 1][at] = checked(inside[d & 1][at] + weight * (int)real.Inside[d * _columns.Width + column]);
                    _totalInside[at] += weight * real.Inside[d * _columns.Width + column];
                    _totalOutside[at] += weight * real.Outside[d * _columns.Width + column];
                }
            }
        }

        Selection = new SplitSelection(_columns, inside);
    }

    /// <summary>Number of draws; versions are one more.</summary>
    public int Draws { get; }

    /// <summary>best_f1 of the probe set (version 0) and of every draw.</summary>
    public SplitSelection Selection { get; }

    /// <summary>How often each document is in a version.</summary>
    public ReadOnlySpan<int> Weights(int version) => _weights.AsSpan(version * _documents, _documents);

    /// <summary>Tokens of a category in a version.</summary>
    public double Inside(int version, int column) => _totalInside[version * _columns.Width + column];

    /// <summary>Features categorical for a category in a version.</summary>
    public int CategoricalCount(int version, int column) => _categorical[version * _columns.Width + column];

    /// <summary>Forgets what was added.</summary>
    public void Reset()
    {
        Selection.Reset();
        Array.Clear(_categorical);
    }

    /// <summary>Adds a feature; ascending.</summary>
    /// <param name="counts">Its x_dc.</param>
    /// <param name="test">The test on the whole probe set.</param>
    /// <param name="rule">The thresholds.</param>
    /// <param name="cut">Greatest p-value that counts as significant.</param>
    public void Add(DocumentCounts counts, ClusterTest test, CategoryRule rule, double cut)
    {
        if (counts.ActiveCount == 0)
        {
            return;
        }

        Multiply(counts, 0);
        Multiply(counts, 1);
        Selection.Offer(_sums[0], _sums[1]);
        if (cut >= 0)
        {
            foreach (var segment in _columns.Segments)
            {
                CountCategorical(segment, counts, test, rule, cut);
            }
        }
    }

    private static int[] DrawWeights(int documents, int draws, long seed)
    {
        var weights = new int[(draws + 1) * documents];
        weights.AsSpan(0, documents).Fill(1);
        var random = new SplitMix64(seed, RandomPurpose.Bootstrap, 0);
        for (var version = 1; version <= draws; version++)
        {
            for (var half = 0; half < 2; half++)
            {
                var members = (documents + 1 - half) / 2;
                for (var i = 0; i < members; i++)
                {
                    weights[version * documents + 2 * random.Next(members) + half]++;
                }
            }
        }

        return weights;
    }

    /// <summary>sums[version, column] = Σ over the active documents of one half of weight[version, d] · x[d, column].</summary>
    private void Multiply(DocumentCounts counts, int half)
    {
        Span<int> active = stackalloc int[counts.ActiveCount <= 256 ? counts.ActiveCount : 0];
        if (active.Length < counts.ActiveCount)
        {
            active = new int[counts.ActiveCount];
        }

        var members = 0;
        foreach (var d in counts.Active)
        {
            if ((d & 1) == half)
            {
                active[members++] = d;
            }
        }

        active = active[..members];
        var width = _columns.Width;
        ref var rows = ref MemoryMarshal.GetArrayDataReference(counts.Rows);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums[half]);
        for (var version = 0; version <= Draws; version++)
        {
            var weights = Weights(version);

            // Two vectors at a time: one broadcast of the weight serves both. Rows are multiples of 16 columns wide, so that an even
            // number of vectors of 4 or 8 fits; of vectors of 16 the second may be beyond the row and is left out.
            for (var column = 0; column < width; column += 2 * Vector<int>.Count)
            {
                var paired = column + Vector<int>.Count < width;
                var next = paired ? Vector<int>.Count : 0;
                var first = Vector<int>.Zero;
                var second = Vector<int>.Zero;
                foreach (var d in active)
                {
                    var weight = new Vector<int>(weights[d]);
                    var at = (nuint)(d * width + column);
                    first += weight * Vector.LoadUnsafe(ref rows, at);
                    second += weight * Vector.LoadUnsafe(ref rows, at + (nuint)next);
                }

                first.StoreUnsafe(ref sums, (nuint)(version * width + column));
                if (paired)
                {
                    second.StoreUnsafe(ref sums, (nuint)(version * width + column + next));
                }
            }
        }
    }

    private void CountCategorical(FacetSegment segment, DocumentCounts counts, ClusterTest test, CategoryRule rule, double cut)
    {
        var candidates = Candidates(segment, counts, test, rule);
        if (candidates.Length == 0)
        {
            return;
        }

        for (var version = 1; version <= Draws; version++)
        {
            var start = version * _columns.Width;
            var labelled = _sums[0][start + segment.Labelled] + _sums[1][start + segment.Labelled];
            var chosen = -1;
            var best = 0.0;
            foreach (var column in candidates)
            {
                var x = _sums[0][start + column] + _sums[1][start + column];
                if (rule.CountsPass(x, labelled, _totalInside[start + column], _totalOutside[start + column])
                    && CategoryRule.F1(x, labelled, _totalInside[start + column]) is var f1 && f1 > best
                    && rule.DocumentsPass(DocumentsWith(counts, column, version))
                    && test.PValue(column, test.WeightedZ(counts, segment.Labelled, column, Weights(version))) <= cut)
                {
                    best = f1;
                    chosen = column;
                }
            }

            if (chosen >= 0)
            {
                _categorical[start + chosen]++;
            }
        }
    }

    /// <summary>
    /// The categories a feature can be categorical for in some draw: precision over drawn documents is never above the greatest precision
    /// in one document.
    /// </summary>
    private ReadOnlySpan<int> Candidates(FacetSegment segment, DocumentCounts counts, ClusterTest test, CategoryRule rule)
    {
        var count = 0;
        for (var column = segment.Start; column < segment.Labelled; column++)
        {
            foreach (var d in counts.Active)
            {
                var at = d * _columns.Width;
                if (rule.PrecisionPasses(counts.Rows[at + column], counts.Rows[at + segment.Labelled]) && test.CanTest(column))
                {
                    _candidates[count++] = column;
                    break;
                }
            }
        }

        return _candidates.AsSpan(0, count);
    }

    private long DocumentsWith(DocumentCounts counts, int column, int version)
    {
        var weights = Weights(version);
        long documents = 0;
        foreach (var d in counts.Active)
        {
            documents += counts.Rows[d * _columns.Width + column] > 0 ? weights[d] : 0;
        }

        return documents;
    }
}
