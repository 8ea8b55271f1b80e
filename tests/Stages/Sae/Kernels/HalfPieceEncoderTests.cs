using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;

namespace Emergence.Stages.Tests.Sae.Kernels;

/// <summary>Candidates from bfloat16 products lose nothing: what is selected is what float32 products of all latents select.</summary>
public sealed unsafe class HalfPieceEncoderTests
{
    public static TheoryData<int, int, int, float, bool> Shapes => new()
    {
        { 7, 19, 3, 1f, false },
        { 16, 333, 8, 1e3f, false },
        { 128, 1024, 16, 1f, false },
        { 128, 1024, 64, 1e-3f, true },
        { 300, 4096, 32, 1f, true },
        { 512, 2000, 1, 30f, false },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Selections_are_those_of_all_products_in_float32(int d, int features, int k, float scale, bool crowded)
    {
        const int Rows = 9;
        using var encoder = new PaddedMatrix(PaddedMatrix.Pad(features), d);
        using var bias = SaeWeights.NewBias(features);
        using var input = new PaddedMatrix(Rows, d);
        using var bounds = new PaddedMatrix(1, features);
        new Span<float>(bounds.First, bounds.Stride).Fill(float.PositiveInfinity);
        var random = new Random(d);
        for (var f = 0; f < features; f++)
        {
            // Crowded: latents that differ by less than bfloat16 can tell.
            var same = crowded && f > 0 && f % 3 != 0;
            for (var i = 0; i < d; i++)
            {
                encoder.Row(f)[i] = same ? encoder.Row(f - 1)[i] * (1 + (1e-4f * random.NextSingle())) : TestMatrix.Normal(random) * (1 + (f % 5));
            }

            bias.First[f] = 0.1f * scale * TestMatrix.Normal(random);
            bounds.First[f] = scale * random.NextSingle() * 20;
        }

        bias.First[features / 2] = float.NegativeInfinity;
        for (var r = 0; r < Rows; r++)
        {
            for (var i = 0; i < d; i++)
            {
                input.Row(r)[i] = r == 4 ? 0 : scale * TestMatrix.Normal(random);
            }
        }

        using var weights = new HalfEncoderWeights(encoder);
        weights.FollowAll();
        using var half = new HalfPieceEncoder(weights, 5);
        foreach (var (begin, rows) in new[] { (0, 5), (5, 4) })
        {
            half.Multiply(input, begin, rows);
            for (var r = 0; r < rows; r++)
            {
                var z = Enumerable.Range(0, features).Select(f => Product(input, begin + r, encoder, f) + bias.First[f]).ToArray();
                using var all = new ArrayPieceEncoder([z]);
                Same(all, all.TopK(0, null, k), half, half.TopK(r, bias.First, k));
                var bound = z.Where(float.IsFinite).OrderDescending().ElementAt(Math.Min(features - 2, 3 * k));
                Same(all, all.AtLeast(0, null, bound), half, half.AtLeast(r, bias.First, bound));
                Same(all, all.AtLeastEach(0, null, bounds.First), half, half.AtLeastEach(r, bias.First, bounds.First));
            }
        }
    }

    [Fact]
    public void Tiny_activations_beside_large_biases_overflow_and_exact_zeros_lose_nothing()
    {
        const int D = 40;
        const int Features = 300;
        using var encoder = new PaddedMatrix(PaddedMatrix.Pad(Features), D);
        using var bias = SaeWeights.NewBias(Features);
        using var input = new PaddedMatrix(5, D);
        var random = new Random(2);
        for (var f = 0; f < Features; f++)
        {
            for (var i = 0; i < D; i++)
            {
                // Every other row is a bfloat16 number exactly: nothing is lost in rounding it.
                encoder.Row(f)[i] = f % 2 == 0 ? random.Next(-2, 3) : TestMatrix.Normal(random);
            }

            bias.First[f] = f % 5 == 0 ? 0.5f : 0;
        }

        bias.First[7] = float.NegativeInfinity;
        float[] scales = [1e-6f, 1e-22f, 1e-40f, 1e19f, 3e37f];
        for (var r = 0; r < scales.Length; r++)
        {
            for (var i = 0; i < D; i++)
            {
                input.Row(r)[i] = TestMatrix.Normal(random) * scales[r];
            }
        }

        using var weights = new HalfEncoderWeights(encoder);
        weights.FollowAll();
        using var half = new HalfPieceEncoder(weights, scales.Length);
        half.Multiply(input, 0, scales.Length);
        for (var r = 0; r < scales.Length; r++)
        {
            var z = Enumerable.Range(0, Features).Select(f => Product(input, r, encoder, f) + bias.First[f]).ToArray();
            using var all = new ArrayPieceEncoder([z]);
            Same(all, all.TopK(0, null, 12), half, half.TopK(r, bias.First, 12));
            var bound = z.OrderDescending().ElementAt(40);
            Same(all, all.AtLeast(0, null, bound), half, half.AtLeast(r, bias.First, bound));
        }
    }

    [Fact]
    public void Rounding_is_to_nearest_even_and_its_norms_bound_what_was_lost()
    {
        using var row = new PaddedMatrix(1, 100);
        var random = new Random(3);
        for (var i = 0; i < 100; i++)
        {
            row.First[i] = i switch
            {
                // Halfway between two bfloat16 numbers, below an even one and below an odd one.
                0 => BitConverter.UInt32BitsToSingle(0x3F808000),
                1 => BitConverter.UInt32BitsToSingle(0x3F818000),
                _ => TestMatrix.Normal(random),
            };
        }

        var rounded = new ushort[row.Stride];
        (float Norm, float Lost, float Rounded) norms;
        fixed (ushort* into = rounded)
        {
            norms = HalfRows.Round(row.First, into, row.Stride);
        }

        Assert.Equal(0x3F80, rounded[0]);
        Assert.Equal(0x3F82, rounded[1]);
        var back = rounded.Select(half => BitConverter.UInt32BitsToSingle((uint)half << 16)).ToArray();
        Assert.All(row.Values(0).ToArray().Zip(back), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Math.Abs(pair.First) * HalfRows.Rounding));
        double Length(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
        var values = row.Values(0).ToArray();
        Assert.InRange(norms.Norm, Length(values.Select(v => (double)v)), 1.001 * Length(values.Select(v => (double)v)));
        Assert.InRange(norms.Rounded, Length(back.Select(v => (double)v)), 1.001 * Length(back.Select(v => (double)v)));
        var lost = Length(values.Zip(back, (a, b) => (double)a - b));
        Assert.InRange(norms.Lost, lost, 1.001 * lost);
    }

    private static float Product(PaddedMatrix a, int r, PaddedMatrix b, int f)
    {
        float result;
        RowMath.Dots(&result, a.Row(r), a.Stride, b.First, &f, 1);
        return result;
    }

    private static void Same(PieceEncoder expected, int expectedCount, PieceEncoder actual, int actualCount)
    {
        Assert.Equal(expected.Indices[..expectedCount].ToArray(), actual.Indices[..actualCount].ToArray());
        Assert.Equal(expected.Values[..expectedCount].ToArray(), actual.Values[..actualCount].ToArray());
    }
}
