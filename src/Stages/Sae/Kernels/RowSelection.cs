using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// Selects latents of one token from its products, bias and ReLU fused: v[f] = products[f] + bias[f], only v &gt; 0 count.
/// One instance per worker: it holds the scratch memory.
/// </summary>
internal sealed unsafe class RowSelection
{
    private const int Lanes = PaddedMatrix.Lanes;
    private const int Groups = 8 * Lanes;
    private const int Halvings = 8;

    private readonly int _width;
    private readonly int[] _indices;
    private readonly float[] _values;
    private readonly float[] _work;
    private float[] _maxima = new float[Groups];

    /// <param name="width">Padded number of latents, a multiple of 16; padding has a bias of −∞.</param>
    public RowSelection(int width)
    {
        _width = width;
        _indices = GC.AllocateUninitializedArray<int>(width, pinned: true);
        _values = GC.AllocateUninitializedArray<float>(width, pinned: true);
        _work = GC.AllocateUninitializedArray<float>(width, pinned: true);
    }

    /// <summary>Indices of the latest selection, ascending.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <summary>Values of the latest selection, above zero.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Selects every v ≥ <paramref name="bound"/>; returns how many. NaN is never selected.</summary>
    public int AtLeast(float* products, float* bias, float bound)
    {
        fixed (int* indices = _indices)
        fixed (float* values = _values)
        {
            return Collect(products, bias, _width, bound, indices, values);
        }
    }

    /// <summary>Selects every v that reaches its latent's bound.</summary>
    public int AtLeastEach(float* products, float* bias, float* bounds)
    {
        fixed (int* indices = _indices)
        fixed (float* values = _values)
        {
            return CollectEach(products, bias, bounds, _width, indices, values);
        }
    }

    /// <summary>Selects the <paramref name="k"/> greatest v &gt; 0; of equal ones the lowest indices. Returns how many, at most k.</summary>
    public int TopK(float* products, float* bias, int k)
    {
        var count = AtLeast(products, bias, LowerBound(products, bias, k));
        if (count <= k)
        {
            return count;
        }

        _values.AsSpan(0, count).CopyTo(_work);
        var last = QuickSelect.Greatest(_work.AsSpan(0, count), k);
        return Chosen.KeepGreatest(_indices, _values, count, k, last);
    }

    /// <summary>
    /// A number above zero that the k-th greatest v is not below (if k values are above zero at all): at least k of the maxima of
    /// disjoint groups reach it, and those are k different latents. Twice as many groups as k keeps it close.
    /// </summary>
    private float LowerBound(float* products, float* bias, int k)
    {
        var segments = ((2 * k) + Groups - 1) / Groups;
        var vectors = _width / Lanes;
        if (vectors < 16 * segments)
        {
            return float.Epsilon;
        }

        if (_maxima.Length < segments * Groups)
        {
            _maxima = new float[segments * Groups];
        }

        fixed (float* maxima = _maxima)
        {
            for (var s = 0; s < segments; s++)
            {
                var begin = (int)((long)s * vectors / segments) * Lanes;
                var end = (int)((long)(s + 1) * vectors / segments) * Lanes;
                GroupMaxima(products, bias, begin, end, maxima + (s * Groups));
            }

            return Bisect(maxima, segments * Groups, k);
        }
    }

    /// <summary>Halves an interval a few times, always keeping a lower end, above zero, that <paramref name="k"/> of the maxima reach.</summary>
    public static float Bisect(float* maxima, int n, int k)
    {
        var greatest = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < n; i += Lanes)
        {
            greatest = Vector512.Max(greatest, Vector512.Load(maxima + i));
        }

        var high = float.NegativeInfinity;
        for (var i = 0; i < Lanes; i++)
        {
            high = Math.Max(high, greatest.GetElement(i));
        }

        var low = float.Epsilon;
        if (!(high > low) || float.IsInfinity(high) || CountAtLeast(maxima, n, low) < k)
        {
            return float.Epsilon;
        }

        for (var i = 0; i < Halvings; i++)
        {
            var middle = low + ((high - low) / 2);
            if (CountAtLeast(maxima, n, middle) >= k)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static int CountAtLeast(float* values, int n, float bound)
    {
        var b = Vector512.Create(bound);
        var count = 0;
        for (var i = 0; i < n; i += Lanes)
        {
            count += BitOperations.PopCount(Vector512.GreaterThanOrEqual(Vector512.Load(values + i), b).ExtractMostSignificantBits());
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GroupMaxima(float* products, float* bias, int begin, int end, float* maxima)
    {
        var least = Vector512.Create(float.NegativeInfinity);
        var m0 = least;
        var m1 = least;
        var m2 = least;
        var m3 = least;
        var m4 = least;
        var m5 = least;
        var m6 = least;
        var m7 = least;
        var i = begin;
        for (; i + Groups <= end; i += Groups)
        {
            m0 = Greater(m0, products + i, bias + i);
            m1 = Greater(m1, products + i + Lanes, bias + i + Lanes);
            m2 = Greater(m2, products + i + (2 * Lanes), bias + i + (2 * Lanes));
            m3 = Greater(m3, products + i + (3 * Lanes), bias + i + (3 * Lanes));
            m4 = Greater(m4, products + i + (4 * Lanes), bias + i + (4 * Lanes));
            m5 = Greater(m5, products + i + (5 * Lanes), bias + i + (5 * Lanes));
            m6 = Greater(m6, products + i + (6 * Lanes), bias + i + (6 * Lanes));
            m7 = Greater(m7, products + i + (7 * Lanes), bias + i + (7 * Lanes));
        }

        for (; i < end; i += Lanes)
        {
            m0 = Greater(m0, products + i, bias + i);
        }

        m0.Store(maxima);
        m1.Store(maxima + Lanes);
        m2.Store(maxima + (2 * Lanes));
        m3.Store(maxima + (3 * Lanes));
        m4.Store(maxima + (4 * Lanes));
        m5.Store(maxima + (5 * Lanes));
        m6.Store(maxima + (6 * Lanes));
        m7.Store(maxima + (7 * Lanes));
    }

    // A comparison, not Max: a NaN must not hide the group's other values.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Greater(Vector512<float> most, float* products, float* bias)
    {
        var v = Vector512.Load(products) + Vector512.Load(bias);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(v, most), v, most);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Collect(float* products, float* bias, int width, float bound, int* indices, float* values)
    {
        var b = Vector512.Create(bound);
        var count = 0;
        for (var i = 0; i < width; i += Lanes)
        {
            var v = Vector512.Load(products + i) + Vector512.Load(bias + i);
            var mask = Vector512.GreaterThanOrEqual(v, b).ExtractMostSignificantBits();
            while (mask != 0)
            {
                var f = i + BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                indices[count] = f;
                values[count++] = products[f] + bias[f];
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CollectEach(float* products, float* bias, float* bounds, int width, int* indices, float* values)
    {
        var count = 0;
        for (var i = 0; i < width; i += Lanes)
        {
            var v = Vector512.Load(products + i) + Vector512.Load(bias + i);
            var mask = Vector512.GreaterThanOrEqual(v, Vector512.Load(bounds + i)).ExtractMostSignificantBits();
            while (mask != 0)
            {
                var f = i + BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                indices[count] = f;
                values[count++] = products[f] + bias[f];
            }
        }

        return count;
    }
}
