using Emergence.Cli.Demo;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Tests.Demo;

public sealed class DemoPlanTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(5, 2, 3)]
    public void Trainer_and_watcher_share_the_cores(int cores, int trainer, int watcher)
    {
        var plan = new DemoPlan(new DemoSettings { Out = "out" }, cores);
        Assert.Equal((trainer, watcher), (plan.Trainer("t", "k").Threads, plan.Watch("p", "t").Threads));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_trainers_process_reads_what_the_demo_says_to_it(bool quick)
    {
        var asked = new DemoPlan(new DemoSettings { Out = "out", Quick = quick, Seed = 3 }, 2).Trainer("text", "tokenizer");
        var read = TrainerCommandLine.Read([.. TrainerCommandLine.Write(asked)]);
        Assert.Equal(asked, read with { Patience = asked.Patience });
        Assert.True(read.Patience > TimeSpan.Zero);
        Assert.Empty(read.Problems());
    }

    [Fact]
    public void The_watcher_ends_with_the_trainers_last_step()
    {
        var plan = new DemoPlan(new DemoSettings { Out = "out" }, 2);
        Assert.Equal(plan.Trainer("t", "k").Steps, plan.Watch("p", "t").UntilStep);
    }
}
