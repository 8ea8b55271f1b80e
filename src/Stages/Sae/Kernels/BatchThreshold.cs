namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// BatchTopK's rule over a batch whose pieces are encoded one by one: a bound guessed from the batch before thins the values out while
/// their products are still in cache, a histogram over all pieces finds where the B·k-th greatest lies, and the pieces drop what is below.
/// The guess only costs time when it is wrong; the selection is always exact. Of equal values the first by token, then by latent.
/// </summary>
internal sealed class BatchThreshold
{
    private const int Bins = 1024;
    private const int Sampled = 32;
    private const int Room = 1024;
    private const float FirstMargin = 0.8f;
    private const float Closest = 0.98f;

    private readonly int[][] _histograms;
    private readonly float[][] _near;
    private readonly int[] _nearCounts;
    private readonly int[] _equals;
    private readonly float[] _sample = new float[Sampled];
    private float[] _work;
    private float _margin = FirstMargin;
    private float _scale;
    private int _bin;
    private int _rank;

    /// <param name="pieces">Most pieces of a batch.</param>
    public BatchThreshold(int pieces)
    {
        _histograms = new int[pieces][];
        _near = new float[pieces][];
        _nearCounts = new int[pieces];
        _equals = new int[pieces];
        _work = new float[pieces * Room];
        for (var i = 0; i < pieces; i++)
        {
            _histograms[i] = new int[Bins];
            _near[i] = new float[Room];
        }
    }

    /// <summary>The least value the latest batch kept; 0 when it kept none. Kept from batch to batch: set it to go on from a saved one.</summary>
    public float SmallestKept { get; set; }

    /// <summary>What a value must reach to be looked at in this batch.</summary>
    public float Bound { get; private set; }

    /// <summary>Guesses the bound of the next batch from the one before; false when there was none.</summary>
    public bool GuessFromLast()
    {
        if (SmallestKept <= 0)
        {
            return false;
        }

        SetBound(SmallestKept * _margin);
        return true;
    }

    /// <summary>Guesses it from the k-th greatest values of some tokens of the batch.</summary>
    public unsafe void GuessFromRows(PieceEncoder encoder, float* bias, int rows, int k)
    {
        var n = Math.Min(rows, Sampled);
        for (var i = 0; i < n; i++)
        {
            var count = encoder.TopK((int)((long)i * rows / n), bias, k);
            var least = count == k ? float.MaxValue : 0;
            foreach (var value in encoder.Values[..count])
            {
                least = Math.Min(least, value);
            }

            _sample[i] = least;
        }

        SetBound(QuickSelect.Greatest(_sample.AsSpan(0, n), (n + 1) / 2) * FirstMargin);
    }

    /// <summary>Gives up guessing: every value above zero will be looked at.</summary>
    public void LookAtAll() => SetBound(float.Epsilon);

    /// <summary>Counts a piece's values.</summary>
    public void Count(int piece, CodePiece codes)
    {
        var bins = _histograms[piece];
        Array.Clear(bins);
        foreach (var value in codes.Values.AsSpan(0, codes.Count))
        {
            bins[BinOf(value)]++;
        }
    }

    /// <summary>Finds the bin of the <paramref name="wanted"/>-th greatest; false when there are fewer values, with all of which the caller must be content or guess lower.</summary>
    public bool FindBin(int pieces, int wanted, int total)
    {
        if (total < wanted)
        {
            _margin = Math.Max(0.5f, 1 - (2 * (1 - _margin)));
            return false;
        }

        // A tenth more than wanted is room enough; far more is time lost.
        if (total > wanted + (wanted / 5))
        {
            _margin = Math.Min(Closest, _margin + (0.25f * (1 - _margin)));
        }

        var above = 0;
        for (_bin = Bins - 1; ; _bin--)
        {
            var inBin = 0;
            for (var p = 0; p < pieces; p++)
            {
                inBin += _histograms[p][_bin];
            }

            if (above + inBin >= wanted)
            {
                _rank = wanted - above;
                return true;
            }

            above += inBin;
        }
    }

    /// <summary>Sets a piece's values in that bin aside.</summary>
    public void Near(int piece, CodePiece codes)
    {
        var wanted = _histograms[piece][_bin];
        if (_near[piece].Length < wanted)
        {
            _near[piece] = new float[wanted + (wanted / 2)];
        }

        var (near, count) = (_near[piece], 0);
        foreach (var value in codes.Values.AsSpan(0, codes.Count))
        {
            if (BinOf(value) == _bin)
            {
                near[count++] = value;
            }
        }

        _nearCounts[piece] = count;
    }

    /// <summary>The threshold, and how many of the values equal to it each piece keeps.</summary>
    public void Decide(int pieces)
    {
        var total = 0;
        for (var p = 0; p < pieces; p++)
        {
            total += _nearCounts[p];
        }

        if (_work.Length < total)
        {
            _work = new float[total + (total / 2)];
        }

        total = 0;
        for (var p = 0; p < pieces; p++)
        {
            _near[p].AsSpan(0, _nearCounts[p]).CopyTo(_work.AsSpan(total));
            total += _nearCounts[p];
        }

        var work = _work.AsSpan(0, total);
        SmallestKept = QuickSelect.Greatest(work, _rank);
        var greater = 0;
        foreach (var value in work)
        {
            greater += value > SmallestKept ? 1 : 0;
        }

        var left = _rank - greater;
        for (var p = 0; p < pieces; p++)
        {
            var equal = 0;
            foreach (var value in _near[p].AsSpan(0, _nearCounts[p]))
            {
                equal += value == SmallestKept ? 1 : 0;
            }

            _equals[p] = Math.Min(left, equal);
            left -= _equals[p];
        }
    }

    /// <summary>Drops from a piece what the batch does not keep.</summary>
    public void Keep(int piece, CodePiece codes) => codes.Keep(SmallestKept, _equals[piece]);

    /// <summary>Every value there is was kept: the least of them.</summary>
    public void KeepAll(ReadOnlySpan<CodePiece> pieces)
    {
        var least = float.PositiveInfinity;
        foreach (var codes in pieces)
        {
            foreach (var value in codes.Values.AsSpan(0, codes.Count))
            {
                least = Math.Min(least, value);
            }
        }

        SmallestKept = float.IsInfinity(least) ? 0 : least;
    }

    // Bins are narrow where the threshold is likely: from the bound to twice the bound in equal steps, everything above in the last.
    private void SetBound(float bound)
    {
        Bound = Math.Max(bound, float.Epsilon);
        _scale = (Bins - 1) / Bound;
    }

    private int BinOf(float value)
    {
        // The scale of a tiny bound is infinite: then all values share the last bin, which is slow and right.
        var bin = (value - Bound) * _scale;
        return bin < Bins - 1 ? (int)bin : Bins - 1;
    }
}
