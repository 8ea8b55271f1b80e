using Emergence.Stages.Curves.Resampling;

namespace Emergence.Stages.Tests.Curves.Resampling;

public class QuantileTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 2)]
    [InlineData(0.375, 2.5)]
    [InlineData(0.9, 8.2)]
    [InlineData(1, 11)]
    public void Interpolated_goes_linearly_between_order_statistics(double level, double expected) =>
        Assert.Equal(expected, Quantile.Interpolated([1, 2, 3, 4, 11], level), 1e-12);

    [Theory]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    [InlineData(198, 198)]
    [InlineData(199, 198)]
    [InlineData(299, 297)]
    [InlineData(999, 990)]
    public void Null_upper_is_the_order_statistic_exceeded_with_chance_of_one_in_hundred_at_most(int count, int rank)
    {
        Assert.Equal(rank, Quantile.NullUpper([.. Enumerable.Range(1, count).Select(i => (double)i)], 0.99));
        Assert.True((count + 1.0 - rank) / (count + 1) <= 0.01 + 1e-12);
    }

    [Fact]
    public void Fewer_than_99_values_have_no_99th_percentile() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantile.NullUpper(new double[98], 0.99));
}
