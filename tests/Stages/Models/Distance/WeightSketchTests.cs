using Emergence.Stages.Input;
using Emergence.Stages.Models.Distance;

namespace Emergence.Stages.Tests.Models.Distance;

public sealed class WeightSketchTests
{
    private const int Rows = 768;
    private const int Columns = 512;

    private static float[] Normal(int count, int seed, double deviation = 0.02)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    private static WeightSketch Of(float[] values, string name = "w", int layer = 0)
    {
        var sketch = new WeightSketch();
        sketch.Add(layer, name, 0, values);
        return sketch;
    }

    private static double Exact(float[] now, float[] before)
    {
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < now.Length; i++)
        {
            var d = (double)now[i] - before[i];
            difference += d * d;
            norm += (double)before[i] * before[i];
        }

        return Math.Sqrt(difference / norm);
    }

    /// <summary>Changes of every shape that training makes, and of shapes that would all fall into few buckets if buckets were counted off.</summary>
    public static TheoryData<string> Changes => ["all", "tiny", "one column", "one row", "one column of every other row", "every 4096th", "scaled", "sign of everything"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_distance_agrees_with_the_exact_one_to_four_deviations(string change)
    {
        var before = Normal(Rows * Columns, 1);
        var step = Normal(before.Length, 2);
        float[] now = [.. before.Select((w, i) => change switch
        {
            "all" => w + (0.1f * step[i]),
            "tiny" => w + (1e-4f * step[i]),
            "one column" => i % Columns == 17 ? w + step[i] : w,
            "one row" => i / Columns == 17 ? w + step[i] : w,
            "one column of every other row" => i % (2 * Columns) == 17 ? w + 0.05f : w,
            "every 4096th" => i % 4096 == 5 ? w + step[i] : w,
            "scaled" => w * 1.01f,
            _ => -w,
        })];
        var exact = Exact(now, before);
        var estimate = Of(now).DistanceFrom(Of(before))!.Value;
        Assert.InRange(estimate / exact, 1 - (4 / Math.Sqrt(2.0 * LayerSketch.Buckets)), 1 + (4 / Math.Sqrt(2.0 * LayerSketch.Buckets)));
    }

    [Fact]
    public void The_estimate_is_unbiased_and_scatters_as_its_comment_proves()
    {
        // 200 parameters of other names have other signs: that many independent estimates of the same change.
        var before = Normal(20_000, 3);
        float[] now = [.. before.Zip(Normal(before.Length, 4), (w, s) => w + s)];
        var exact = Exact(now, before);
        var ratios = Enumerable.Range(0, 200).Select(i => Math.Pow(Of(now, $"w{i}").DistanceFrom(Of(before, $"w{i}"))!.Value / exact, 2)).ToArray();
        var mean = ratios.Average();
        var deviation = Math.Sqrt(ratios.Average(r => (r - mean) * (r - mean)));
        var bound = Math.Sqrt(2.0 / LayerSketch.Buckets);
        Assert.InRange(mean, 1 - (4 * bound / Math.Sqrt(200)), 1 + (4 * bound / Math.Sqrt(200)));
        Assert.InRange(deviation, 0.5 * bound, 1.2 * bound);
    }

    [Theory]
    [InlineData(0, 1e-7f)]
    [InlineData(4095, -3f)]
    [InlineData(4096, 1e-3f)]
    [InlineData(99_999, 1e-6f)]
    public void One_changed_element_gives_its_exact_distance(int at, float change)
    {
        var before = Normal(100_000, 5);
        before[at] = 0;
        var now = before.ToArray();
        now[at] = change;
        var exact = Exact(now, before);
        Assert.InRange(Of(now).DistanceFrom(Of(before))!.Value / exact, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void Equal_weights_are_at_distance_zero()
    {
        var weights = Normal(50_000, 6);
        Assert.Equal(0, Of(weights).DistanceFrom(Of(weights)));
    }

    [Fact]
    public void How_a_parameter_is_cut_into_pieces_makes_no_difference_to_the_sums()
    {
        var weights = Normal(30_011, 7);
        var pieces = new WeightSketch();
        var random = new Random(8);
        for (var done = 0; done < weights.Length;)
        {
            var count = Math.Min(random.Next(1, 7000), weights.Length - done);
            pieces.Add(0, "w", done, weights.AsSpan(done, count));
            done += count;
        }

        Assert.InRange(pieces.DistanceFrom(Of(weights))!.Value, 0, 1e-12);
    }

    [Fact]
    public void Blocks_are_told_apart_and_the_whole_is_their_sum()
    {
        var (first, second, moved) = (Normal(10_000, 9), Normal(10_000, 10), Normal(10_000, 11));
        WeightSketch Two(float[] a, float[] b)
        {
            var sketch = Of(a, "a", 0);
            sketch.Add(1, "b", 0, b);
            return sketch;
        }

        var before = Two(first, second);
        var now = Two(first, moved);
        Assert.Equal(0, now.DistanceFrom(before, 0));
        Assert.InRange(now.DistanceFrom(before, 1)!.Value / Exact(moved, second), 0.95, 1.05);
        Assert.InRange(now.DistanceFrom(before)!.Value / Exact([.. first, .. moved], [.. first, .. second]), 0.95, 1.05);
        Assert.Null(now.DistanceFrom(before, 2));
    }

    [Fact]
    public void Weights_that_were_all_zero_have_no_relative_distance()
    {
        Assert.Null(Of(Normal(100, 12)).DistanceFrom(Of(new float[100])));
        Assert.Null(Of(Normal(100, 12)).DistanceFrom(new WeightSketch()));
    }

    [Fact]
    public void What_was_saved_compares_bit_for_bit_as_what_was_kept()
    {
        var before = Of(Normal(12_345, 13), layer: -1);
        before.Add(3, "b", 0, Normal(777, 14));
        var now = Of(Normal(12_345, 15), layer: -1);
        now.Add(3, "b", 0, Normal(777, 16));
        using var stream = new MemoryStream();
        before.Save(stream);
        stream.Position = 0;
        var read = WeightSketch.Load(stream, "sketch");
        Assert.Equal([-1, 3], read.Layers);
        Assert.Equal(now.DistanceFrom(before), now.DistanceFrom(read));
        Assert.Equal(now.DistanceFrom(before, 3), now.DistanceFrom(read, 3));
    }

    [Fact]
    public void A_damaged_sketch_is_refused()
    {
        using var stream = new MemoryStream();
        Of(Normal(100, 17)).Save(stream);
        var good = stream.ToArray();
        var random = new Random(18);
        for (var i = 0; i < 300; i++)
        {
            var bad = random.Next(3) switch { 0 => good[..random.Next(good.Length)], 1 => [.. good, 0], _ => good.ToArray() };
            if (bad.Length == good.Length)
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }

            Assert.Equal("sketch", Assert.Throws<BadInputException>(() => WeightSketch.Load(new MemoryStream(bad), "sketch")).File);
        }
    }
}
