using Emergence.Demo.Trainer;

namespace Emergence.Demo.Tests.Trainer;

public sealed class CheckpointStepsTests
{
    [Fact]
    public void The_grid_is_Pythias_first_steps_and_then_every_500()
    {
        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1500, 2000], CheckpointSteps.UpTo(2000));
        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512], CheckpointSteps.UpTo(512));
    }

    [Fact]
    public void The_last_step_is_always_saved()
    {
        Assert.Equal([0, 1, 2, 4, 5], CheckpointSteps.UpTo(5));
        Assert.Equal([512, 1000, 1200], CheckpointSteps.UpTo(1200).TakeLast(3));
    }
}
