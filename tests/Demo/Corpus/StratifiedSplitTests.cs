using Emergence.Demo.Corpus;

namespace Emergence.Demo.Tests.Corpus;

public sealed class StratifiedSplitTests
{
    [Fact]
    public void Shares_follow_the_largest_remainders()
    {
        // Quotas of 10 over 44+27+9+20 = 100: 4.4, 2.7, 0.9, 2.0; two are left, for the second and third.
        Assert.Equal([4, 3, 1, 2], StratifiedSplit.Shares([44, 27, 9, 20], 10));
        Assert.Equal([1, 1, 0], StratifiedSplit.Shares([5, 5, 5], 2));
        Assert.Equal([5, 5, 5], StratifiedSplit.Shares([5, 5, 5], 15));
        Assert.Equal([0, 0], StratifiedSplit.Shares([5, 0], 0));
    }

    [Fact]
    public void Every_group_gives_its_share_and_the_seed_chooses_who()
    {
        var groups = Enumerable.Range(0, 100).Select(i => i < 60 ? 0 : i < 90 ? 1 : 2).ToArray();
        var drawn = StratifiedSplit.Draw(groups, 20, 5);
        Assert.Equal([12, 6, 2], Enumerable.Range(0, 3).Select(g => groups.Where((group, i) => group == g && drawn[i]).Count()));
        Assert.Equal(drawn, StratifiedSplit.Draw(groups, 20, 5));
        Assert.NotEqual(drawn, StratifiedSplit.Draw(groups, 20, 6));
    }
}
