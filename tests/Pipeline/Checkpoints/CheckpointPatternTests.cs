using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class CheckpointPatternTests
{
    [Theory]
    [InlineData("step0", 0L)]
    [InlineData("step143000", 143000L)]
    [InlineData("step-0000000512", 512L)]
    [InlineData("checkpoint-500", 500L)]
    [InlineData("step9223372036854775807", long.MaxValue)]
    [InlineData("step9223372036854775808", null)]
    [InlineData("step", null)]
    [InlineData("step--1", null)]
    [InlineData("step1.tmp", null)]
    [InlineData(".tmp-77-step1", null)]
    [InlineData("mystep1", null)]
    [InlineData("checkpoint5", null)]
    [InlineData("step\u0661", null)]
    [InlineData("step1\n", null)]
    public void Known_names_have_a_step(string name, long? expected)
    {
        Assert.Equal(expected is not null, CheckpointPattern.Default.TryStep(name, out var step));
        Assert.Equal(expected ?? 0, step);
    }

    [Fact]
    public void A_pattern_of_the_user_matches_the_whole_name()
    {
        var named = CheckpointPattern.Parse("epoch(?:[0-9]+)-(?<step>[0-9]+)");
        Assert.True(named.TryStep("epoch3-1200", out var step));
        Assert.Equal(1200, step);
        Assert.False(named.TryStep("old-epoch3-1200", out _));
        var first = CheckpointPattern.Parse("a([0-9]+)|b([0-9]+)");
        Assert.True(first.TryStep("a7", out step));
        Assert.Equal(7, step);
        Assert.False(first.TryStep("b7", out _));
    }

    [Theory]
    [InlineData("step[0-9]+")]
    [InlineData("(?=x)([0-9]+)")]
    [InlineData("([0-9]+")]
    public void A_pattern_that_cannot_work_is_refused(string text) => Assert.ThrowsAny<ArgumentException>(() => CheckpointPattern.Parse(text));
}
