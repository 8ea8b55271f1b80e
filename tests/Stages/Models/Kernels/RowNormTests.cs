using Emergence.Stages.Models.Kernels;

namespace Emergence.Stages.Tests.Models.Kernels;

public sealed unsafe class RowNormTests
{
    [KernelTheory]
    [InlineData(16, true)]
    [InlineData(37, true)]
    [InlineData(37, false)]
    [InlineData(1, true)]
    [InlineData(600, false)]
    public void Layer_and_root_mean_square_norms_are_their_formulas(int n, bool scaled)
    {
        using var x = Sample.Rows(1, n, 11, 5);
        using var weight = Sample.Rows(1, n, 12);
        using var bias = Sample.Rows(1, n, 13);
        using var into = new FloatRows(1, n);
        var v = x.Values(0).ToArray();
        var mean = v.Average(u => (double)u);
        var variance = v.Average(u => (u - mean) * (u - mean));
        var w = scaled ? weight.Values(0).ToArray() : [.. Enumerable.Repeat(1f, n)];
        var b = scaled ? bias.Values(0).ToArray() : new float[n];

        RowNorm.Layer(x.Row(0), n, scaled ? weight.Row(0) : null, scaled ? bias.Row(0) : null, 1e-3f, into.Row(0));
        Sample.Close([v.Select((u, i) => ((u - mean) / Math.Sqrt(variance + 1e-3) * w[i]) + b[i]).ToArray()], into, 2e-6);

        RowNorm.RootMeanSquare(x.Row(0), n, scaled ? weight.Row(0) : null, 1e-3f, into.Row(0));
        var squares = v.Average(u => (double)u * u);
        Sample.Close([v.Select((u, i) => u / Math.Sqrt(squares + 1e-3) * w[i]).ToArray()], into, 2e-6);
    }

    [KernelTheory]
    [InlineData(3, 20, 16)]
    [InlineData(2, 8, 8)]
    [InlineData(1, 40, 34)]
    public void Heads_are_turned_by_the_angles_of_their_position(int heads, int size, int rotary)
    {
        using var x = Sample.Rows(1, heads * size, 14);
        var before = x.Values(0).ToArray();
        var angles = Enumerable.Range(0, rotary / 2).Select(i => 7 / Math.Pow(100, 2.0 * i / rotary)).ToArray();
        var cos = Array.ConvertAll(angles, a => (float)Math.Cos(a));
        var sin = Array.ConvertAll(angles, a => (float)Math.Sin(a));
        fixed (float* c = cos, s = sin)
        {
            RotaryRows.Turn(x.Row(0), heads, size, c, s, rotary / 2);
        }

        var expected = before.Select(v => (double)v).ToArray();
        for (var head = 0; head < heads; head++)
        {
            for (var i = 0; i < rotary / 2; i++)
            {
                var at = (head * size) + i;
                var turned = new System.Numerics.Complex(before[at], before[at + (rotary / 2)]) * System.Numerics.Complex.FromPolarCoordinates(1, angles[i]);
                (expected[at], expected[at + (rotary / 2)]) = (turned.Real, turned.Imaginary);
            }
        }

        Sample.Close([expected], x, 1e-6);
    }
}
