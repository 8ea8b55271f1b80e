using Emergence.Stages.Curves.Resampling;

namespace Emergence.Stages.Tests.Curves.Resampling;

public class SplitMix64Tests
{
    [Fact]
    public void Draws_are_even_and_within_bounds()
    {
        var random = new SplitMix64(1, RandomPurpose.Bootstrap, 0);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Next(7)]++;
        }

        // Binomial(70 000, 1/7) has standard deviation 93.
        Assert.All(counts, c => Assert.InRange(c, 10_000 - 450, 10_000 + 450));
    }

    [Fact]
    public void Seed_purpose_and_stream_each_give_other_numbers_and_repeat()
    {
        static ulong First(long seed, RandomPurpose purpose, int stream) => new SplitMix64(seed, purpose, stream).NextUInt64();
        ulong[] all =
        [
            First(1, RandomPurpose.Bootstrap, 0), First(2, RandomPurpose.Bootstrap, 0), First(-1, RandomPurpose.Bootstrap, 0),
            First(1, RandomPurpose.Permutation, 0), First(1, RandomPurpose.Bootstrap, 1),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], First(1, RandomPurpose.Bootstrap, 0));
    }

    [Fact]
    public void Shuffle_gives_every_order_equally_often()
    {
        var random = new SplitMix64(3, RandomPurpose.Permutation, 0);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 24_000; i++)
        {
            ushort[] values = [1, 2, 3, 4];
            random.Shuffle(values);
            var order = string.Join(' ', values);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 850, 1150));
    }
}
