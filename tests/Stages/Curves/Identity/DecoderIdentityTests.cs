using Emergence.Stages.Curves.Identity;

namespace Emergence.Stages.Tests.Curves.Identity;

public class DecoderIdentityTests
{
    [Fact]
    public void Rows_that_turn_by_up_to_45_degrees_continue_without_a_search()
    {
        var matches = DecoderIdentity.Match([1, 0, 0, 1], [0.71f, 0.704f, 0, 3], 2);

        Assert.True(matches[0].Continues);
        Assert.Equal(0.71, matches[0].Cosine, 1e-3);
        Assert.Equal(-1, matches[0].Nearest);
        Assert.Equal(1, matches[1].Cosine, 1e-12);
    }

    [Fact]
    public void Row_that_turned_further_continues_when_it_is_still_nearest_to_itself()
    {
        // 60 degrees from itself, 90 from the other.
        var matches = DecoderIdentity.Match([1, 0, 0, 0, 1, 0], [0.5f, 0, 0.866f, 0, 1, 0], 3);

        Assert.True(matches[0].Continues);
        Assert.Equal(0, matches[0].Nearest);
        Assert.Equal(0.5, matches[0].Cosine, 1e-3);
    }

    [Fact]
    public void Swapped_rows_break_and_name_each_other()
    {
        var matches = DecoderIdentity.Match([1, 0, 0, 1, 0.8f, 0.6f], [0, 1, 1, 0, 0.8f, 0.6f], 2);

        Assert.Equal([(false, 1), (false, 0), (true, -1)], matches.Select(m => (m.Continues, m.Nearest)));
        Assert.Equal(1, matches[0].NearestCosine, 1e-12);
        Assert.Equal(0, matches[0].Cosine, 1e-12);
    }

    [Fact]
    public void Lengths_do_not_matter_and_opposite_directions_are_not_the_same()
    {
        var matches = DecoderIdentity.Match([2, 0, 0, 5], [-3, 0, 0, 0.1f], 2);

        Assert.False(matches[0].Continues);
        Assert.Equal(-1, matches[0].Cosine, 1e-12);
        Assert.True(matches[1].Continues);
    }

    [Fact]
    public void Row_without_direction_does_not_continue()
    {
        var matches = DecoderIdentity.Match([0, 0, 0, 1], [1, 0, 0, 0], 2);

        Assert.All(matches, m => Assert.False(m.Continues));
        Assert.All(matches, m => Assert.Equal(0, m.Cosine));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(37)]
    public void Search_finds_what_a_plain_loop_finds(int d)
    {
        var random = new Random(d);
        const int features = 40;
        float[] previous = [.. Enumerable.Range(0, features * d).Select(_ => (float)(random.NextDouble() - 0.5))];

        // Half of the rows turn far, the other half go to another latent's place.
        float[] now = [.. Enumerable.Range(0, features * d).Select(i => i / d % 2 == 0
            ? previous[i] + 1.6f * (float)(random.NextDouble() - 0.5)
            : previous[(i / d + 5) % features * d + i % d])];

        var matches = DecoderIdentity.Match(previous, now, d);

        for (var i = 0; i < features; i++)
        {
            var cosines = Enumerable.Range(0, features).Select(j => Cosine(j, i)).ToArray();
            Assert.Equal(cosines[i], matches[i].Cosine, 1e-9);
            if (cosines[i] < 0.7)
            {
                Assert.Equal(cosines.Max(), matches[i].NearestCosine, 1e-5);
                Assert.Equal(cosines.Max(), cosines[matches[i].Nearest], 1e-5);
                Assert.Equal(cosines[i] > cosines.Max() - 1e-7 && cosines[i] > 0, matches[i].Continues);
            }
            else
            {
                Assert.True(matches[i].Continues);
            }
        }

        double Cosine(int j, int i)
        {
            double product = 0, before = 0, after = 0;
            for (var x = 0; x < d; x++)
            {
                product += (double)previous[j * d + x] * now[i * d + x];
                before += Math.Pow(previous[j * d + x], 2);
                after += Math.Pow(now[i * d + x], 2);
            }

            return product / Math.Sqrt(before * after);
        }
    }
}
