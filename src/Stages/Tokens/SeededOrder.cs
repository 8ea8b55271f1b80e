namespace Emergence.Stages.Tokens;

/// <summary>
/// Permutations drawn from a seed, the same on every machine and runtime: Fisher-Yates over SplitMix64
/// (Steele, Lea, Flood 2014), bounded draws by Lemire's method (arXiv 1805.10941), which is unbiased.
/// </summary>
public static class SeededOrder
{
    /// <summary>Draws a permutation of 0 … <paramref name="count"/> − 1.</summary>
    /// <param name="count">How many items, at least 0.</param>
    /// <param name="seed">The seed: equal seeds give equal permutations.</param>
    /// <param name="draw">Which of the seed's permutations: one per pass over the items, from 0.</param>
    /// <returns>The items in their drawn order, <c>[count]</c>.</returns>
    public static int[] Permutation(int count, ulong seed, long draw = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        var state = Mix(seed) ^ Mix(unchecked((ulong)draw + 0x5851F42D4C957F2DUL));
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)Below((ulong)i + 1, ref state);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong Below(ulong bound, ref ulong state)
    {
        var threshold = unchecked(0UL - bound) % bound;
        while (true)
        {
            state = unchecked(state + 0x9E3779B97F4A7C15UL);
            var high = Math.BigMul(Mix(state), bound, out var low);
            if (low >= threshold)
            {
                return high;
            }
        }
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
