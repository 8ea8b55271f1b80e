using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Models.Distance;

/// <summary>The sketch of one block (see <see cref="WeightSketch"/>) and the square of its norm.</summary>
internal sealed class LayerSketch
{
    /// <summary>m, a power of two.</summary>
    public const int Buckets = 4096;

    private const int Lanes = 8;
    private const int WordBits = 64;
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    // Moves bit 31 − k of a word into the sign's place of lane k.
    private static readonly Vector256<uint> s_places = Vector256.Create(1u, 2u, 4u, 8u, 16u, 32u, 64u, 128u);

    // A run is laid over the row from its random start without wrapping round: the second half is folded onto the first when asked for.
    private readonly double[] _sums = new double[2 * Buckets];
    private double _squares;

    /// <summary>Makes an empty one.</summary>
    public LayerSketch()
    {
    }

    /// <summary>Makes one of what was kept.</summary>
    public LayerSketch(double squareNorm, ReadOnlySpan<double> sums)
    {
        _squares = squareNorm;
        sums.CopyTo(_sums);
    }

    /// <summary>‖w‖².</summary>
    public double SquareNorm => _squares;

    /// <summary>S.</summary>
    public double[] Sums()
    {
        var folded = new double[Buckets];
        for (var k = 0; k < Buckets; k++)
        {
            folded[k] = _sums[k] + _sums[k + Buckets];
        }

        return folded;
    }

    /// <summary>Estimate of ‖w − w'‖².</summary>
    public double SquareDistance(LayerSketch other)
    {
        var (mine, others) = (Sums(), other.Sums());
        var sum = 0.0;
        for (var k = 0; k < Buckets; k++)
        {
            var difference = mine[k] - others[k];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Adds values of a parameter.</summary>
    /// <param name="key">Names the parameter.</param>
    /// <param name="first">Place of the first value in it.</param>
    /// <param name="values">The values.</param>
    public void Add(ulong key, long first, ReadOnlySpan<float> values)
    {
        while (values.Length > 0)
        {
            var (run, at) = (first / Buckets, (int)(first % Buckets));
            var count = Math.Min(values.Length, Buckets - at);
            AddRun(key, run, at, values[..count]);
            values = values[count..];
            first += count;
        }
    }

    private void AddRun(ulong key, long run, int at, ReadOnlySpan<float> values)
    {
        // Counter-based: the words of a run depend on nothing but the parameter and the run.
        var seed = Mix(unchecked(key + ((ulong)run * Gamma)));
        var row = _sums.AsSpan((int)(Mix(~seed) % Buckets), Buckets);
        var squares = Vector256<double>.Zero;
        var loose = 0.0;
        var i = 0;
        while (i < values.Length)
        {
            var word = Mix(unchecked(seed + ((ulong)((at + i) / WordBits) * Gamma)));
            var inWord = (at + i) % WordBits;
            if (inWord == 0 && values.Length - i >= WordBits)
            {
                AddWord(word, ref MemoryMarshal.GetReference(values[i..]), ref MemoryMarshal.GetReference(row[(at + i)..]), ref squares);
                i += WordBits;
                continue;
            }

            for (; inWord < WordBits && i < values.Length; inWord++, i++)
            {
                var half = (uint)(word >> (inWord & 32));
                var negative = ((half >> (31 - (inWord & 31))) & 1) != 0;
                double value = values[i];
                row[at + i] += negative ? -value : value;
                loose += value * value;
            }
        }

        _squares += Vector256.Sum(squares) + loose;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWord(ulong word, ref float values, ref double sums, ref Vector256<double> squares)
    {
        var sign = Vector256.Create(0x80000000u);
        for (var group = 0; group < WordBits / Lanes; group++)
        {
            var bits = (uint)(word >> ((group * Lanes) & 32)) << ((group * Lanes) & 31);
            var signs = (Vector256.Create(bits) * s_places) & sign;
            var value = Vector256.LoadUnsafe(ref values, (nuint)(group * Lanes));
            var (low, high) = Vector256.Widen((value.AsUInt32() ^ signs).AsSingle());
            ref var to = ref Unsafe.Add(ref sums, group * Lanes);
            (Vector256.LoadUnsafe(ref to) + low).StoreUnsafe(ref to);
            (Vector256.LoadUnsafe(ref to, (nuint)Vector256<double>.Count) + high).StoreUnsafe(ref to, (nuint)Vector256<double>.Count);
            squares = (low * low) + (squares + (high * high));
        }
    }

    /// <summary>The output function of splitmix64 (Steele, Lea, Flood, OOPSLA 2014).</summary>
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z += Gamma;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
