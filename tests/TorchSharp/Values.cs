using static TorchSharp.torch;

namespace Emergence.Torch.Tests;

/// <summary>Short ways to make tensors of given values and to look at what came out.</summary>
internal static class Values
{
    internal static Tensor Row(params double[] values) => tensor(values);

    internal static Tensor Whole(params long[] values) => tensor(values);

    internal static Tensor Matrix(int rows, params double[] values) => tensor(values, new long[] { rows, values.Length / rows });

    /// <summary>All elements in row-major order as double.</summary>
    internal static double[] Of(Tensor result)
    {
        using var converted = result.to(float64);
        return converted.data<double>().ToArray();
    }

    internal static void Same(double[] expected, Tensor result, double tolerance = 1e-12)
    {
        var actual = Of(result);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (double.IsFinite(expected[i])) Assert.Equal(expected[i], actual[i], tolerance);
            else Assert.Equal(expected[i], actual[i]);
        }
    }

    internal static void Same(double[] expected, long[] shape, Tensor result, double tolerance = 1e-12)
    {
        Assert.Equal(shape, result.shape);
        Same(expected, result, tolerance);
    }
}
