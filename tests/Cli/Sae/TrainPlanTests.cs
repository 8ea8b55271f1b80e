using Emergence.Cli.Sae;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Tests.Sae;

public sealed class TrainPlanTests
{
    // Each at 2 GiB of float32, that is 2²⁹ numbers, or just above; and the nearest below it.
    [Theory]
    [InlineData(SaeArchitecture.TopK, 16, 4096, 4096, 1 << 17, "--k: the active features of 131072 rows, 4096 each take 2147483648 bytes")]
    [InlineData(SaeArchitecture.TopK, 16, 4096, 4096, (1 << 17) - 1, null)]
    [InlineData(SaeArchitecture.TopK, 4096, 64, 3, 1 << 17, "--batch: 131072 rows of 4096 numbers")]
    [InlineData(SaeArchitecture.TopK, 4096, 64, 3, (1 << 17) - 1, null)]
    [InlineData(SaeArchitecture.Matryoshka, 1024, 64, 3, 1 << 17, "--batch: 5 times 131072 rows of 1024 numbers")]
    [InlineData(SaeArchitecture.BatchTopK, 1024, 64, 3, 1 << 17, null)]
    [InlineData(SaeArchitecture.TopK, 1024, 1 << 19, 3, 64, "--features: a matrix of 524288 features of 1024 numbers")]
    [InlineData(SaeArchitecture.TopK, 1024, (1 << 19) - 1, 3, 64, null)]
    [InlineData(SaeArchitecture.TopK, 1009, 1 << 19, 3, 64, "--features: a matrix of 524288 features of 1009 numbers")]
    [InlineData(SaeArchitecture.TopK, 16, 1 << 21, 3, 64, "--features: 2097152 products for each of 256 rows")]
    [InlineData(SaeArchitecture.TopK, 16, (1 << 21) - 1, 3, 64, null)]
    [InlineData(SaeArchitecture.TopK, 1 << 20, null, 3, 64, "--features: a matrix of 16777216 features of 1048576 numbers")]
    public void What_no_array_can_hold_is_refused_by_name(SaeArchitecture architecture, int dimension, int? features, int k, int batch, string? said)
    {
        var settings = new SaeTrainSettings { Activations = "a", Out = "o", Architecture = architecture, Features = features, K = k, Batch = batch };
        if (said is null)
            Assert.Equal(batch, TrainPlan.Of(settings, null, dimension, 1000).Batch);
        else
            Assert.Contains(Assert.Throws<SettingsException>(() => TrainPlan.Of(settings, null, dimension, 1000)).Problems, p => p.ToString().Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1000, null, 128, 7)]
    [InlineData(1_000_000, null, 512, 1953)]
    [InlineData(1_000_000, 5, 512, 5)]
    [InlineData(1_000_000_000, null, 4096, 244140)]
    public void A_batch_left_open_follows_the_rows_and_not_the_steps(long rows, int? steps, int batch, long expected)
    {
        var plan = TrainPlan.Of(new SaeTrainSettings { Activations = "a", Out = "o", Steps = steps }, null, 16, rows);
        Assert.Equal((batch, expected), (plan.Batch, plan.Steps));
    }
}
