using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Training;

namespace Emergence.Stages.Tests.Sae.Training;

public sealed class ScheduleAndStatisticsTests
{
    [Fact]
    public void The_learning_rate_rises_stays_and_falls_to_near_zero()
    {
        var schedule = LearningRateSchedule.Cold(new SaeOptions { LearningRate = 0.01, DecayShare = 0.2 }, 64, 100);
        Assert.Equal(5, schedule.WarmupSteps);
        Assert.Equal(0.01 / 6, schedule.At(0), 1e-12);
        Assert.Equal(0.01, schedule.At(5), 1e-12);
        Assert.Equal(0.01, schedule.At(79), 1e-12);
        Assert.Equal(0.01 * 10 / 21, schedule.At(90), 1e-12);
        Assert.Equal(0.01 / 21, schedule.At(99), 1e-12);
        Assert.Equal(schedule.At(99), schedule.At(1000));
        Assert.Equal(1000, LearningRateSchedule.Cold(new SaeOptions(), 64, 1_000_000).WarmupSteps);
    }

    [Fact]
    public void A_warm_start_has_its_own_warm_up_and_a_part_of_the_rate()
    {
        var schedule = LearningRateSchedule.Warm(new SaeOptions { WarmLearningRateDivisor = 10, WarmDecayShare = 0.2 }, 0.01, 20);
        Assert.Equal([0.00025, 0.0005, 0.00075, 0.001], Enumerable.Range(0, 4).Select(s => Math.Round(schedule.At(s), 12)));
        Assert.All(Enumerable.Range(1, 5).Select(n => LearningRateSchedule.Warm(new SaeOptions(), 0.01, n).At(n - 1)), rate => Assert.InRange(rate, 1e-5, 1e-3));
    }

    [Fact]
    public void The_rule_makes_more_steps_of_a_longer_budget_and_the_rate_follows_the_dimension()
    {
        Assert.Equal([128, 128, 128, 256, 256, 512, 1024, 2048, 4096], new long[] { 1, 5000, 65_536, 65_537, 200_000, 400_000, 1_600_000, 8_192_000, 1_000_000_000 }.Select(LearningRateRule.BatchTokens));
        Assert.Equal(1 / 128.0, LearningRateRule.Peak(128), 1e-12);
        Assert.Equal(1 / 512.0, LearningRateRule.Peak(512), 1e-12);
        Assert.Equal(LearningRateRule.Peak(64), LearningRateSchedule.Cold(new SaeOptions(), 64, 100).Peak);
    }

    [Fact]
    public void Mean_and_scale_bring_the_mean_norm_to_root_d()
    {
        var random = new Random(1);
        var x = Enumerable.Range(0, 300 * 9).Select(i => (float)(1000 + (i % 9) + (5 * random.NextDouble()))).ToArray();
        var statistics = new InputStatistics(9);
        statistics.Estimate(x, 300);
        var standardised = x.Select((v, i) => statistics.Scale * (double)(v - statistics.Mean[i % 9])).Chunk(9).ToArray();
        Assert.Equal(3, standardised.Average(row => Math.Sqrt(row.Sum(v => v * v))), 1e-4);
        Assert.All(Enumerable.Range(0, 9), i => Assert.Equal(0, standardised.Average(row => row[i]), 1e-3));
    }

    [Fact]
    public void Activations_that_do_not_vary_keep_their_unit()
    {
        var statistics = new InputStatistics(2);
        statistics.Estimate([3, 4, 3, 4], 2);
        Assert.Equal(1, statistics.Scale);
        Assert.Equal([3f, 4f], statistics.Mean);
    }
}
