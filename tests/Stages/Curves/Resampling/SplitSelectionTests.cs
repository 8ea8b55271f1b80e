using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Curves.Resampling;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves.Resampling;

public class SplitSelectionTests
{
    private static readonly FacetColumns _columns = new([new Facet("pos", FacetKind.Token, ["a", "b"])]);

    [Fact]
    public void Chosen_on_one_half_and_scored_on_the_other_both_ways()
    {
        var selection = new SplitSelection(_columns, [Row(10, 5), Row(10, 5)]);

        // Feature 0 is best on the even half (8 of 10, no false firing), feature 1 on the odd half.
        selection.Offer(Row(8, 0, 8), Row(4, 0, 10));
        selection.Offer(Row(5, 0, 10), Row(9, 0, 10));

        const double zeroOnOdd = 2.0 * 4 / (10 + 10), oneOnEven = 2.0 * 5 / (10 + 10);
        Assert.Equal((zeroOnOdd + oneOnEven) / 2, selection.Value(0, 0), 1e-15);
        Assert.Equal(0, selection.Value(0, 1));
    }

    [Fact]
    public void Of_equals_the_first_offered_stays()
    {
        var selection = new SplitSelection(_columns, [Row(10, 5), Row(10, 5)]);

        selection.Offer(Row(6, 0, 6), Row(1, 0, 1));
        selection.Offer(Row(6, 0, 6), Row(1, 0, 1));
        selection.Offer(Row(6, 0, 6), Row(0, 1, 1));

        Assert.Equal((2.0 * 1 / 11 + 2.0 * 6 / 16) / 2, selection.Value(0, 0), 1e-15);
    }

    [Fact]
    public void Without_tokens_in_a_half_it_is_not_defined()
    {
        var selection = new SplitSelection(_columns, [Row(10, 5), Row(0, 5)]);

        selection.Offer(Row(6, 2, 8), Row(0, 2, 2));

        Assert.False(selection.IsDefined(0, 0));
        Assert.Equal(0, selection.Value(0, 0));
        Assert.True(selection.IsDefined(0, 1));
        Assert.True(selection.Value(0, 1) > 0);
    }

    [Fact]
    public void Reset_forgets_what_was_offered()
    {
        var selection = new SplitSelection(_columns, [Row(10, 5), Row(10, 5)]);
        selection.Offer(Row(6, 2, 8), Row(6, 2, 8));

        selection.Reset();

        Assert.Equal(0, selection.Value(0, 0));
    }

    private static int[] Row(params int[] values) => [.. values, .. new int[16 - values.Length]];
}
