namespace Emergence.Stages.Sae.Training;

/// <summary>Standard normal numbers from a seed: SplitMix64 (Steele, Lea and Flood 2014) through the Box-Muller transform.</summary>
/// <param name="seed">The same seed gives the same numbers on every machine.</param>
internal sealed class SeededNormal(ulong seed)
{
    private ulong _state = seed;
    private double? _spare;

    public double Next()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        // 1 − u is in (0, 1], where the logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        var angle = 2 * Math.PI * Uniform();
        _spare = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    private double Uniform()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
