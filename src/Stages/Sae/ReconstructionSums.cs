namespace Emergence.Stages.Sae;

/// <summary>
/// Exact sums over encoded tokens from which the columns of table <c>health</c> follow. Squares are in the SAE's standardised units of
/// one checkpoint (FVU has none), so add tokens of one layer and checkpoint only.
/// </summary>
public sealed class ReconstructionSums
{
    private readonly double[] _sum;
    private readonly long[] _firings;
    private double _squares;
    private double _cosines;
    private double _ratios;
    private long _withNorm;

    /// <summary>Empty sums.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="features">F.</param>
    public ReconstructionSums(int dimension, int features)
    {
        _sum = new double[dimension];
        _firings = new long[features];
    }

    /// <summary>Tokens added.</summary>
    public long Tokens { get; private set; }

    /// <summary>Σ‖x−x̂‖².</summary>
    public double ErrorSquares { get; private set; }

    /// <summary>Σ‖x−x̄‖² with x̄ the mean of the tokens added.</summary>
    public double Variation
    {
        get
        {
            var squareOfSum = 0.0;
            foreach (var value in _sum)
            {
                squareOfSum += value * value;
            }

            return Tokens == 0 ? 0 : Math.Max(0, _squares - (squareOfSum / Tokens));
        }
    }

    /// <summary>Fraction of variance unexplained, Σ‖x−x̂‖² / Σ‖x−x̄‖²; NaN when the tokens do not vary.</summary>
    public double Fvu => Variation > 0 ? ErrorSquares / Variation : double.NaN;

    /// <summary>Firings of all features.</summary>
    public long FiringCount { get; private set; }

    /// <summary>Mean number of firing features per token; NaN without tokens.</summary>
    public double L0 => Tokens == 0 ? double.NaN : (double)FiringCount / Tokens;

    /// <summary>Mean cos(x, x̂) over tokens with ‖x‖ &gt; 0 (0 where x̂ is zero), of raw activations; NaN without such tokens.</summary>
    public double Cosine => _withNorm == 0 ? double.NaN : _cosines / _withNorm;

    /// <summary>Mean ‖x̂‖/‖x‖ over tokens with ‖x‖ &gt; 0, of raw activations; NaN without such tokens.</summary>
    public double NormRatio => _withNorm == 0 ? double.NaN : _ratios / _withNorm;

    /// <summary>Share of features that fired on no token.</summary>
    public double DeadFraction => (double)_firings.Count(n => n == 0) / _firings.Length;

    /// <summary>Share of features that fired on more than a tenth of the tokens.</summary>
    public double DenseFraction => (double)_firings.Count(n => n * 10 > Tokens) / _firings.Length;

    /// <summary><c>[F]</c>: tokens on which each feature fired.</summary>
    public ReadOnlySpan<long> Firings => _firings;

    /// <summary>Adds the other's tokens; order matters to the last bit only.</summary>
    /// <param name="other">Sums of the same layer and checkpoint.</param>
    public void Add(ReconstructionSums other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other._sum.Length, _sum.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other._firings.Length, _firings.Length);
        for (var i = 0; i < _sum.Length; i++)
        {
            _sum[i] += other._sum[i];
        }

        for (var f = 0; f < _firings.Length; f++)
        {
            _firings[f] += other._firings[f];
        }

        Tokens += other.Tokens;
        ErrorSquares += other.ErrorSquares;
        FiringCount += other.FiringCount;
        _squares += other._squares;
        _cosines += other._cosines;
        _ratios += other._ratios;
        _withNorm += other._withNorm;
    }

    /// <summary>Adds a token.</summary>
    /// <param name="x">Its standardised activation, <c>[d]</c>.</param>
    /// <param name="latents">Its firing features.</param>
    /// <param name="squares">‖x‖² of it.</param>
    /// <param name="errorSquares">‖x−x̂‖², standardised.</param>
    internal void AddToken(ReadOnlySpan<float> x, ReadOnlySpan<int> latents, float squares, float errorSquares)
    {
        Tokens++;
        _squares += squares;
        ErrorSquares += errorSquares;
        for (var i = 0; i < x.Length; i++)
        {
            _sum[i] += x[i];
        }

        FiringCount += latents.Length;
        foreach (var latent in latents)
        {
            _firings[latent]++;
        }
    }

    /// <summary>Adds the token's cosine and norms.</summary>
    /// <param name="squares">‖x‖², raw.</param>
    /// <param name="rebuilt">‖x̂‖², raw.</param>
    /// <param name="product">x·x̂, raw.</param>
    internal void AddNorms(double squares, double rebuilt, double product)
    {
        if (squares <= 0)
        {
            return;
        }

        _withNorm++;
        _cosines += rebuilt > 0 ? product / Math.Sqrt(squares * rebuilt) : 0;
        _ratios += Math.Sqrt(rebuilt / squares);
    }
}
