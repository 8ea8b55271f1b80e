using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Tests.Sae.Kernels;

/// <summary>
/// The kernels against scalar formulas that fix lanes, order and fused steps: equal to the bit, so a processor without vectors,
/// which runs those formulas, gets the same numbers.
/// </summary>
public sealed unsafe class RowMathTests
{
    private const int Lanes = PaddedMatrix.Lanes;

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(208)]
    public void Dot_is_the_scalar_sum_in_four_times_sixteen_lanes(int n)
    {
        using var x = TestMatrix.Normal(2, n, n);
        var lanes = new float[4, Lanes];
        var whole = n / (4 * Lanes) * (4 * Lanes);
        for (var i = 0; i < n; i++)
        {
            ref var lane = ref lanes[i < whole ? i / Lanes % 4 : 0, i % Lanes];
            lane = MathF.FusedMultiplyAdd(x.Row(0)[i], x.Row(1)[i], lane);
        }

        var v = Enumerable.Range(0, Lanes).Select(l => lanes[0, l] + lanes[1, l] + (lanes[2, l] + lanes[3, l])).ToArray();
        var h = Enumerable.Range(0, 8).Select(l => v[l] + v[l + 8]).ToArray();
        var q = Enumerable.Range(0, 4).Select(l => h[l] + h[l + 4]).ToArray();
        Assert.Equal(q[0] + q[2] + (q[1] + q[3]), RowMath.Dot(x.Row(0), x.Row(1), n));
        Assert.Equal(Enumerable.Range(0, n).Sum(i => (double)x.Values(0)[i] * x.Values(1)[i]), RowMath.Dot(x.Row(0), x.Row(1), n), 1e-4);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(128)]
    [InlineData(300)]
    public void AddWeightedRows_is_the_sum_row_after_row(int columns)
    {
        using var matrix = TestMatrix.Normal(7, columns, 1);
        using var target = TestMatrix.Normal(1, columns, 2);
        int[] rows = [6, 0, 3, 3, 5];
        float[] weights = [0.5f, -2f, 1.25f, 0f, 1e-3f];
        var expected = target.ToArray();
        for (var j = 0; j < rows.Length; j++)
        {
            for (var c = 0; c < columns; c++)
            {
                expected[c] = MathF.FusedMultiplyAdd(matrix.Values(rows[j])[c], weights[j], expected[c]);
            }
        }

        fixed (int* places = rows)
        fixed (float* factors = weights)
        {
            RowMath.AddWeightedRows(target.First, target.Stride, matrix.First, places, factors, rows.Length);
        }

        Assert.Equal(expected, target.ToArray());
        Assert.All(new Span<float>(target.First + columns, target.Stride - columns).ToArray(), padding => Assert.Equal(0, padding));
    }

    [Fact]
    public void AddWeightedRows_without_rows_changes_nothing()
    {
        using var target = TestMatrix.Normal(1, 33, 3);
        var before = target.ToArray();
        RowMath.AddWeightedRows(target.First, target.Stride, target.First, null, null, 0);
        Assert.Equal(before, target.ToArray());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(48)]
    [InlineData(300)]
    public void Dots_are_the_scalar_sums_in_two_times_sixteen_lanes_wherever_a_row_stands(int columns)
    {
        using var matrix = TestMatrix.Normal(9, columns, 1);
        using var vector = TestMatrix.Normal(1, columns, 2);
        int[] rows = [8, 0, 3, 3, 5, 8, 8];
        var results = new float[rows.Length];
        fixed (int* places = rows)
        fixed (float* into = results)
        {
            RowMath.Dots(into, vector.First, vector.Stride, matrix.First, places, rows.Length);
        }

        for (var j = 0; j < rows.Length; j++)
        {
            var lanes = new float[2, Lanes];
            var pairs = vector.Stride / (2 * Lanes) * (2 * Lanes);
            for (var i = 0; i < vector.Stride; i++)
            {
                ref var lane = ref lanes[i < pairs ? i / Lanes % 2 : 0, i % Lanes];
                lane = MathF.FusedMultiplyAdd(vector.First[i], matrix.Row(rows[j])[i], lane);
            }

            var h = Enumerable.Range(0, 8).Select(l => lanes[0, l] + lanes[1, l] + (lanes[0, l + 8] + lanes[1, l + 8])).ToArray();
            var q = Enumerable.Range(0, 4).Select(l => h[l] + h[l + 4]).ToArray();
            Assert.Equal(q[0] + q[2] + (q[1] + q[3]), results[j]);
        }
    }

    [Fact]
    public void Elementwise_kernels_follow_their_formulas()
    {
        using var x = TestMatrix.Normal(5, 37, 4);
        var a = x.Values(0).ToArray();
        var b = x.Values(1).ToArray();
        RowMath.Add(x.Row(2), x.Row(0), x.Row(1), x.Stride);
        RowMath.Scale(x.Row(3), x.Row(0), x.Stride, -3);
        RowMath.AddScaled(x.Row(4), x.Row(1), x.Stride, 0);
        Assert.Equal(a.Zip(b, (p, q) => p + q), x.Values(2).ToArray());
        Assert.Equal(a.Select(p => p * -3), x.Values(3).ToArray());

        RowMath.AddScaled(x.Row(1), x.Row(0), x.Stride, 0.3f);
        Assert.Equal(a.Zip(b, (p, q) => MathF.FusedMultiplyAdd(p, 0.3f, q)), x.Values(1).ToArray());

        var shift = x.Values(3).ToArray();
        RowMath.Standardise(x.Row(0), x.Row(1), 1.5f, x.Row(3), x.Stride);
        Assert.Equal(Enumerable.Range(0, 37).Select(i => ((a[i] - x.Values(1)[i]) * 1.5f) - shift[i]), x.Values(0).ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void FirstNonFinite_finds_the_place_at_every_length(float broken)
    {
        for (var n = 1; n < 70; n++)
        {
            var values = Enumerable.Repeat(float.MaxValue, n).ToArray();
            Assert.Equal(-1, FiniteCheck.FirstNonFinite(values));
            for (var at = 0; at < n; at += 7)
            {
                values[at] = broken;
                Assert.Equal(at, FiniteCheck.FirstNonFinite(values));
                values[at] = 0;
            }
        }
    }
}
