namespace Emergence.Stages.Curves.Resampling;

/// <summary>
/// A small seeded generator whose numbers are fixed by its definition and not by a library's version: splitmix64
/// (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
/// </summary>
internal sealed class SplitMix64
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    public SplitMix64(long seed, RandomPurpose purpose, int stream)
    {
        _state = unchecked((ulong)seed);
        _state = NextUInt64() + (ulong)purpose;
        _state = NextUInt64() + (uint)stream;
    }

    public ulong NextUInt64()
    {
        unchecked
        {
            var z = _state += Gamma;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>An even draw from 0 … bound − 1.</summary>
    public int Next(int bound)
    {
        // Lemire, "Fast random integer generation in an interval" (2019): the part of the product that would be uneven is drawn again.
        var range = (uint)bound;
        var product = (ulong)(uint)NextUInt64() * range;
        if ((uint)product < range)
        {
            var uneven = unchecked(0u - range) % range;
            while ((uint)product < uneven)
            {
                product = (ulong)(uint)NextUInt64() * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Puts values in an even random order (Fisher, Yates).</summary>
    public void Shuffle(ushort[] values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
