using Emergence.Cli.Live;

namespace Emergence.Cli.Tests.Live;

public sealed class SparklineTests
{
    [Fact]
    public void Lowest_and_highest_values_have_the_lowest_and_highest_marks() =>
        Assert.Equal("▁▅█", Sparkline.Of([0, 0.5, 1], 0, 1, 10, unicode: true));

    [Fact]
    public void Longer_trajectories_are_thinned_and_end_at_the_last_value() =>
        Assert.Equal("▁▁█", Sparkline.Of([0, 0, 0, 0, 0, 0, 0, 0, 1], 0, 1, 3, unicode: true));

    [Fact]
    public void Gaps_stay_gaps_and_equal_values_stand_in_the_middle()
    {
        Assert.Equal("_ #", Sparkline.Of([0, double.NaN, 1], 0, 1, 3, unicode: false));
        Assert.Equal("==", Sparkline.Of([2, 2], 2, 2, 3, unicode: false));
    }
}
