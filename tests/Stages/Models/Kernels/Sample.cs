using Emergence.Stages.Models.Kernels;

namespace Emergence.Stages.Tests.Models.Kernels;

/// <summary>Seeded numbers for the kernels, and their formulas in float64.</summary>
internal static class Sample
{
    /// <summary>Values about zero of the given size, <c>[rows][columns]</c>.</summary>
    public static float[][] Draw(int rows, int columns, int seed, double size = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => (float)((random.NextDouble() + random.NextDouble() - 1) * 2 * size)).ToArray())];
    }

    public static FloatRows Rows(int rows, int columns, int seed, double size = 1)
    {
        var made = new FloatRows(rows, columns);
        var values = Draw(rows, columns, seed, size);
        for (var r = 0; r < rows; r++)
        {
            values[r].CopyTo(made.Values(r));
        }

        return made;
    }

    public static float[][] Values(FloatRows rows) => [.. Enumerable.Range(0, rows.Rows).Select(r => rows.Values(r).ToArray())];

    public static PackedWeights Weights(int columns, int depth, int seed, out float[][] weights, out float[] bias)
    {
        weights = Draw(columns, depth, seed, 1 / Math.Sqrt(depth));
        bias = Draw(1, columns, seed + 1000)[0];
        var packed = new PackedWeights(depth, columns);
        for (var i = 0; i < columns; i++)
        {
            Set(packed, i, weights[i]);
            packed.SetBias(i, bias[i]);
        }

        return packed;
    }

    public static unsafe void Set(PackedWeights packed, int column, float[] weights)
    {
        fixed (float* first = weights)
        {
            packed.Set(column, first, 1);
        }
    }

    public static double[][] Multiply(float[][] a, float[][] weights, float[] bias) =>
        [.. a.Select(row => weights.Select((w, i) => bias[i] + w.Zip(row, (x, y) => (double)x * y).Sum()).ToArray())];

    public static unsafe FloatRows Product(int rows, int columns, int depth, out double[][] expected, TileActivation activation)
    {
        using var a = Rows(rows, depth, 1, 3);
        using var weights = Weights(columns, depth, 2, out var w, out var bias);
        expected = [.. Multiply(Values(a), w, bias).Select(row => row.Select(x => Of(activation, x)).ToArray())];
        var c = Rows(rows, columns, 3);
        Stages.Models.Kernels.Product.Run(a.Row(0), a.Stride, rows, weights, c.Row(0), c.Stride, activation: activation);
        return c;
    }

    /// <summary>The activations, from their papers' formulas.</summary>
    public static double Of(TileActivation activation, double x) => activation switch
    {
        TileActivation.Gelu => x * Normal(x),
        TileActivation.GeluTanh => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        TileActivation.Silu => x / (1 + Math.Exp(-x)),
        TileActivation.Relu => Math.Max(x, 0),
        _ => x,
    };

    public static void Close(double[][] expected, FloatRows actual, double relative)
    {
        var greatest = expected.Max(row => row.Max(Math.Abs));
        for (var r = 0; r < expected.Length; r++)
        {
            for (var i = 0; i < expected[r].Length; i++)
            {
                var error = Math.Abs(expected[r][i] - actual.Values(r)[i]) / greatest;
                Assert.True(error <= relative, $"row {r}, column {i}: {actual.Values(r)[i]} instead of {expected[r][i]}, {error:g3} of the greatest");
            }
        }
    }

    // The normal distribution function by Simpson's rule from 0, to 1e-12.
    private static double Normal(double x)
    {
        if (Math.Abs(x) > 12)
        {
            return x > 0 ? 1 : 0;
        }

        const int steps = 2000;
        var h = x / steps;
        var sum = 0.0;
        for (var i = 0; i <= steps; i++)
        {
            sum += (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-i * h * i * h / 2);
        }

        return 0.5 + (sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }
}
