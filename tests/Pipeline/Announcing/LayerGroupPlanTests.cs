using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Tests.Announcing;

public sealed class LayerGroupPlanTests
{
    private static readonly int[] s_eight = [0, 1, 2, 3, 4, 5, 6, 7];

    [Theory]
    [InlineData("1", "layers-0-7")]
    [InlineData("2", "layers-0-3 layers-4-7")]
    [InlineData("3", "layers-0-1 layers-2-4 layers-5-7")]
    [InlineData("8", "layers-0 layers-1 layers-2 layers-3 layers-4 layers-5 layers-6 layers-7")]
    [InlineData("0-2,3-7", "layers-0-2 layers-3-7")]
    [InlineData("0, 1-7", "layers-0 layers-1-7")]
    public void Layers_are_shared_as_it_says(string text, string groups)
    {
        Assert.True(LayerGroupPlan.TryParse(text, out var plan));
        Assert.Equal(groups, string.Join(' ', plan.Over(s_eight)));
        Assert.Equal(plan.Count, plan.Over(s_eight).Count);
        Assert.Equal(s_eight, plan.Over(s_eight).SelectMany(g => g.Layers));
    }

    [Fact]
    public void Ranges_hold_the_watched_layers_that_lie_in_them()
    {
        Assert.True(LayerGroupPlan.TryParse("0-3,4-7", out var plan));
        Assert.Equal("layers-1-3 layers-5", string.Join(' ', plan.Over([1, 3, 5])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("0-")]
    [InlineData("0-3,")]
    [InlineData("3-0")]
    [InlineData("0-3,3-7")]
    [InlineData("4-7,0-3")]
    [InlineData("0-1-2")]
    [InlineData("99999999999")]
    public void What_is_no_plan_is_refused(string text) => Assert.False(LayerGroupPlan.TryParse(text, out _));

    [Theory]
    [InlineData("9", "there are 8 watched layers for 9 groups")]
    [InlineData("0-3,5-7", "layer 4 is in no group")]
    [InlineData("0-7,8-9", "8-9 holds no watched layer")]
    public void A_plan_that_does_not_fit_the_layers_says_why(string text, string problem)
    {
        Assert.True(LayerGroupPlan.TryParse(text, out var plan));
        Assert.Equal(problem, Assert.Single(Assert.Throws<SettingsException>(() => plan.Over(s_eight)).Problems).Problem);
    }
}
