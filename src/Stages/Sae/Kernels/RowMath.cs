using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// Arithmetic on padded rows. Written once in <see cref="Vector512{T}"/>, which the runtime lowers to what the processor has
/// (AVX-512, pairs of AVX2 registers, scalars): lanes, order and fused multiply-adds are the same everywhere, so the result is too.
/// </summary>
internal static unsafe class RowMath
{
    private const int Lanes = PaddedMatrix.Lanes;
    private const int Block = 8 * Lanes;

    /// <summary>
    /// target [n] += Σ_j weights[j·step] · matrix[rows[j·step]] ; n a multiple of 16. With a step both may lie in larger records.
    /// </summary>
    public static void AddWeightedRows(float* target, int n, float* matrix, int* rows, float* weights, int count, int step = 1)
    {
        var c = 0;
        for (; c + Block <= n; c += Block)
        {
            AddBlock(target + c, matrix + c, n, rows, weights, count, step);
        }

        for (; c < n; c += Lanes)
        {
            var sum = Vector512.Load(target + c);
            for (var j = 0; j < count * step; j += step)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(matrix + ((long)rows[j] * n) + c), Vector512.Create(weights[j]), sum);
            }

            sum.Store(target + c);
        }
    }

    /// <summary>error = Σ_j weights[j] · matrix[rows[j]] − x; returns its squared norm.</summary>
    public static float Rebuild(float* error, float* x, int n, float* matrix, int* rows, float* weights, int count)
    {
        Scale(error, x, n, -1);
        AddWeightedRows(error, n, matrix, rows, weights, count);
        return Dot(error, error, n);
    }

    /// <summary>results[j] = vector · matrix[rows[j]].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots(float* results, float* vector, int n, float* matrix, int* rows, int count)
    {
        var j = 0;
        for (; j + 4 <= count; j += 4)
        {
            var a = matrix + ((long)rows[j] * n);
            var b = matrix + ((long)rows[j + 1] * n);
            var c = matrix + ((long)rows[j + 2] * n);
            var d = matrix + ((long)rows[j + 3] * n);
            var s0 = Vector512<float>.Zero;
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            var t0 = s0;
            var t1 = s0;
            var t2 = s0;
            var t3 = s0;
            var i = 0;
            for (; i + (2 * Lanes) <= n; i += 2 * Lanes)
            {
                var v = Vector512.Load(vector + i);
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(a + i), s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + i), s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(c + i), s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(d + i), s3);
                var w = Vector512.Load(vector + i + Lanes);
                t0 = Vector512.FusedMultiplyAdd(w, Vector512.Load(a + i + Lanes), t0);
                t1 = Vector512.FusedMultiplyAdd(w, Vector512.Load(b + i + Lanes), t1);
                t2 = Vector512.FusedMultiplyAdd(w, Vector512.Load(c + i + Lanes), t2);
                t3 = Vector512.FusedMultiplyAdd(w, Vector512.Load(d + i + Lanes), t3);
            }

            if (i < n)
            {
                var v = Vector512.Load(vector + i);
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(a + i), s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(b + i), s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(c + i), s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(d + i), s3);
            }

            results[j] = Sum(s0 + t0);
            results[j + 1] = Sum(s1 + t1);
            results[j + 2] = Sum(s2 + t2);
            results[j + 3] = Sum(s3 + t3);
        }

        for (; j < count; j++)
        {
            results[j] = DotPairs(vector, matrix + ((long)rows[j] * n), n);
        }
    }

    // The same order of additions as in Dots, so that a row's place in the list does not change its result.
    private static float DotPairs(float* a, float* b, int n)
    {
        var s = Vector512<float>.Zero;
        var t = s;
        var i = 0;
        for (; i + (2 * Lanes) <= n; i += 2 * Lanes)
        {
            s = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s);
            t = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + Lanes), Vector512.Load(b + i + Lanes), t);
        }

        if (i < n)
        {
            s = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s);
        }

        return Sum(s + t);
    }

    /// <summary>Σ_i a[i]·b[i]; n a multiple of 16.</summary>
    public static float Dot(float* a, float* b, int n)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        var i = 0;
        for (; i + (4 * Lanes) <= n; i += 4 * Lanes)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + Lanes), Vector512.Load(b + i + Lanes), s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + (2 * Lanes)), Vector512.Load(b + i + (2 * Lanes)), s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + (3 * Lanes)), Vector512.Load(b + i + (3 * Lanes)), s3);
        }

        for (; i < n; i += Lanes)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
        }

        return Sum(s0 + s1 + (s2 + s3));
    }

    /// <summary>target += factor · source.</summary>
    public static void AddScaled(float* target, float* source, int n, float factor)
    {
        var f = Vector512.Create(factor);
        for (var i = 0; i < n; i += Lanes)
        {
            Vector512.FusedMultiplyAdd(Vector512.Load(source + i), f, Vector512.Load(target + i)).Store(target + i);
        }
    }

    /// <summary>target = factor · source.</summary>
    public static void Scale(float* target, float* source, int n, float factor)
    {
        var f = Vector512.Create(factor);
        for (var i = 0; i < n; i += Lanes)
        {
            (Vector512.Load(source + i) * f).Store(target + i);
        }
    }

    /// <summary>target = a + b.</summary>
    public static void Add(float* target, float* a, float* b, int n)
    {
        for (var i = 0; i < n; i += Lanes)
        {
            (Vector512.Load(a + i) + Vector512.Load(b + i)).Store(target + i);
        }
    }

    /// <summary>row = scale·(row − mean) − shift.</summary>
    public static void Standardise(float* row, float* mean, float scale, float* shift, int n)
    {
        var s = Vector512.Create(scale);
        for (var i = 0; i < n; i += Lanes)
        {
            (((Vector512.Load(row + i) - Vector512.Load(mean + i)) * s) - Vector512.Load(shift + i)).Store(row + i);
        }
    }

    /// <summary>The lanes' sum, by halves: an order that no processor changes.</summary>
    public static float Sum(Vector512<float> v)
    {
        var h = v.GetLower() + v.GetUpper();
        var q = h.GetLower() + h.GetUpper();
        return q.GetElement(0) + q.GetElement(2) + (q.GetElement(1) + q.GetElement(3));
    }

    // Eight sums stay in registers while all rows pass by.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBlock(float* target, float* matrix, int stride, int* rows, float* weights, int count, int step)
    {
        var s0 = Vector512.Load(target);
        var s1 = Vector512.Load(target + Lanes);
        var s2 = Vector512.Load(target + (2 * Lanes));
        var s3 = Vector512.Load(target + (3 * Lanes));
        var s4 = Vector512.Load(target + (4 * Lanes));
        var s5 = Vector512.Load(target + (5 * Lanes));
        var s6 = Vector512.Load(target + (6 * Lanes));
        var s7 = Vector512.Load(target + (7 * Lanes));
        for (var j = 0; j < count * step; j += step)
        {
            var row = matrix + ((long)rows[j] * stride);
            var w = Vector512.Create(weights[j]);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(row), w, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(row + Lanes), w, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (2 * Lanes)), w, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (3 * Lanes)), w, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (4 * Lanes)), w, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (5 * Lanes)), w, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (6 * Lanes)), w, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (7 * Lanes)), w, s7);
        }

        s0.Store(target);
        s1.Store(target + Lanes);
        s2.Store(target + (2 * Lanes));
        s3.Store(target + (3 * Lanes));
        s4.Store(target + (4 * Lanes));
        s5.Store(target + (5 * Lanes));
        s6.Store(target + (6 * Lanes));
        s7.Store(target + (7 * Lanes));
    }
}
