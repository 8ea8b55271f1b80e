using Emergence.Demo.Trainer;

namespace Emergence.Demo.Tests.Trainer;

public sealed class LearningRateTests
{
    private static readonly TrainerOptions Options = new() { Folder = "", Text = "", Tokenizer = "", Steps = 110, WarmupSteps = 10, LearningRate = 2 };

    [Fact]
    public void It_rises_in_a_line_and_falls_by_half_a_cosine_to_a_tenth()
    {
        Assert.Equal(0.2, LearningRate.At(Options, 1), 12);
        Assert.Equal(2, LearningRate.At(Options, 10), 12);
        Assert.Equal(2 * (0.1 + (0.9 * 0.5)), LearningRate.At(Options, 60), 12);
        Assert.Equal(0.2, LearningRate.At(Options, 110), 12);
        Assert.All(Enumerable.Range(11, 98), s => Assert.True(LearningRate.At(Options, s) > LearningRate.At(Options, s + 1)));
    }

    [Fact]
    public void Without_warm_up_the_first_step_is_nearly_the_greatest() =>
        Assert.InRange(LearningRate.At(Options with { WarmupSteps = 0 }, 1), 1.99, 2);
}
