namespace Emergence.TestKit.Sae;

/// <summary>
/// Uniform and normal numbers from a seed, fast enough for hundreds of millions: SplitMix64 (Steele, Lea, Flood, 2014) and both halves
/// of each Box–Muller pair. A struct with state: pass it by reference.
/// </summary>
internal struct SeededDraws
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state;
    private float _spare;
    private bool _hasSpare;

    /// <param name="seed">Seed of the data.</param>
    /// <param name="block">Which independent piece of it.</param>
    public SeededDraws(int seed, int block)
    {
        _state = ((ulong)(uint)seed << 32) | (uint)block;
        // A step between the two halves: neighbouring blocks must not begin in neighbouring states.
        _state = NextBits();
    }

    /// <summary>In [0, 1), 53 bits.</summary>
    public double Uniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Mean 0, variance 1.</summary>
    public float Normal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        // Two 24-bit fractions of one draw; the first is above zero, so its logarithm is finite.
        var bits = NextBits();
        var radius = MathF.Sqrt(-2 * MathF.Log(((bits >> 40) + 0.5f) * (1f / (1 << 24))));
        var (sin, cos) = MathF.SinCos((bits & 0xFFFFFF) * (2 * MathF.PI / (1 << 24)));
        (_spare, _hasSpare) = (radius * sin, true);
        return radius * cos;
    }

    private ulong NextBits()
    {
        var z = _state += Increment;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
