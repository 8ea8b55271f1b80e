using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Models.Kernels;

/// <summary>Norms of single rows.</summary>
internal static unsafe class RowNorm
{
    /// <summary>LayerNorm (arXiv 1607.06450): <c>(x − mean)/√(variance + ε)·weight + bias</c>.</summary>
    /// <param name="x">The row.</param>
    /// <param name="n">Its length.</param>
    /// <param name="weight">Scales, or null for ones.</param>
    /// <param name="bias">Offsets, or null for zeros.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="into">The result; may be <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Layer(float* x, int n, float* weight, float* bias, float epsilon, float* into)
    {
        var mean = Sum(x, n) / n;
        var scale = 1 / MathF.Sqrt((SquaredDistance(x, n, mean) / n) + epsilon);
        Scale(x, n, mean, scale, weight, bias, into);
    }

    /// <summary>RMSNorm (arXiv 1910.07467): <c>x/√(mean of squares + ε)·weight</c>.</summary>
    /// <param name="x">The row.</param>
    /// <param name="n">Its length.</param>
    /// <param name="weight">Scales, or null for ones.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="into">The result; may be <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RootMeanSquare(float* x, int n, float* weight, float epsilon, float* into)
    {
        var scale = 1 / MathF.Sqrt((SquaredDistance(x, n, 0) / n) + epsilon);
        Scale(x, n, 0, scale, weight, null, into);
    }

    /// <summary><c>to += x</c>.</summary>
    public static void Add(float* to, float* x, int n)
    {
        var i = 0;
        for (; i <= n - Tile.Lanes; i += Tile.Lanes)
        {
            (Vector512.Load(to + i) + Vector512.Load(x + i)).Store(to + i);
        }

        for (; i < n; i++)
        {
            to[i] += x[i];
        }
    }

    private static float Sum(float* x, int n)
    {
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i <= n - Tile.Lanes; i += Tile.Lanes)
        {
            sum += Vector512.Load(x + i);
        }

        var total = Vector512.Sum(sum);
        for (; i < n; i++)
        {
            total += x[i];
        }

        return total;
    }

    private static float SquaredDistance(float* x, int n, float mean)
    {
        var sum = Vector512<float>.Zero;
        var center = Vector512.Create(mean);
        var i = 0;
        for (; i <= n - Tile.Lanes; i += Tile.Lanes)
        {
            var difference = Vector512.Load(x + i) - center;
            sum = Vector512.FusedMultiplyAdd(difference, difference, sum);
        }

        var total = Vector512.Sum(sum);
        for (; i < n; i++)
        {
            total += (x[i] - mean) * (x[i] - mean);
        }

        return total;
    }

    private static void Scale(float* x, int n, float mean, float scale, float* weight, float* bias, float* into)
    {
        var (center, factor) = (Vector512.Create(mean), Vector512.Create(scale));
        var i = 0;
        for (; i <= n - Tile.Lanes; i += Tile.Lanes)
        {
            var value = (Vector512.Load(x + i) - center) * factor;
            value = weight == null ? value : value * Vector512.Load(weight + i);
            value = bias == null ? value : value + Vector512.Load(bias + i);
            value.Store(into + i);
        }

        for (; i < n; i++)
        {
            into[i] = ((x[i] - mean) * scale * (weight == null ? 1 : weight[i])) + (bias == null ? 0 : bias[i]);
        }
    }
}
