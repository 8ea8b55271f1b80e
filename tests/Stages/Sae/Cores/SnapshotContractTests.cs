using Emergence.Stages.Sae.Cores;

namespace Emergence.Stages.Tests.Sae.Cores;

public sealed class SnapshotContractTests
{
    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void A_core_that_takes_a_snapshot_over_goes_on_bit_for_bit(string core, string architecture)
    {
        using var one = new CoreSetup(core, CoreCase.Plain(architecture));
        using var other = new CoreSetup(core, CoreCase.Plain(architecture));
        Steps(one, 5);
        other.Core.Step(other.Case.Rows, other.Plan);
        other.Core.Begin(other.Case.Rows);

        other.Core.Restore(one.Core.Snapshot(true));

        Same(one.Core.Snapshot(true), other.Core.Snapshot(true));
        // The data of both go on from where they are, so both get the first one's.
        for (var step = 0; step < 5; step++)
        {
            one.LoadNext();
            using var scope = TorchSharp.torch.NewDisposeScope();
            other.Core.Load(TorchSharp.torch.tensor(one.Raw).reshape(one.Case.Rows, one.Case.Dimension), 0, 0, one.Case.Rows);
            Assert.Equal(one.Core.Step(one.Case.Rows, one.Plan), other.Core.Step(one.Case.Rows, one.Plan));
        }

        Same(one.Core.Snapshot(true), other.Core.Snapshot(true));
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void A_snapshot_is_a_copy_and_has_moments_only_when_asked(string core)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain("JumpReLU"));
        var before = setup.Core.Snapshot(false);
        Assert.Equal(setup.Start.Weights, before.Weights);
        Assert.Equal(setup.Start.SilentTokens, before.SilentTokens);
        Assert.Null(before.First);
        Assert.Null(before.Second);
        Steps(setup, 1);
        Assert.Equal(setup.Start.Weights, before.Weights);
        Assert.All(setup.Core.Snapshot(false).Weights.Zip(before.Weights), pair => Assert.NotEqual(pair.Second, pair.First));
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void A_snapshot_without_moments_leaves_the_moments_alone(string core)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain("TopK"));
        Steps(setup, 2);
        var before = setup.Core.Snapshot(true);
        setup.Core.Restore(setup.Start);
        var after = setup.Core.Snapshot(true);
        Assert.Equal(setup.Start.Weights, after.Weights);
        Assert.Equal(before.First, after.First);
        Assert.Equal(2, after.AdamSteps);
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void A_snapshot_of_another_shape_is_refused(string core)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain("TopK"));
        using var wider = new CoreSetup(core, CoreCase.Plain("TopK") with { Dimension = 11 });
        using var learned = new CoreSetup(core, CoreCase.Plain("JumpReLU"));
        Assert.ThrowsAny<ArgumentException>(() => setup.Core.Restore(wider.Start));
        Assert.ThrowsAny<ArgumentException>(() => setup.Core.Restore(learned.Start));
        Assert.ThrowsAny<ArgumentException>(() => setup.Core.Restore(setup.Start with { SilentTokens = new long[3] }));
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void Initial_weights_are_unit_rows_from_the_seed_in_both_matrices(string core, string architecture)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain(architecture));
        var (d, features) = (setup.Case.Dimension, setup.Case.Features);
        setup.Core.Initialise(3);
        var made = setup.Core.Snapshot(false);
        Assert.All(made.Weights[2].Chunk(d), row => Assert.Equal(1, Math.Sqrt(row.Sum(v => (double)v * v)), 1e-6));
        Assert.Equal(made.Weights[2], made.Weights[0]);
        Assert.Equal(new float[features], made.Weights[1]);
        Assert.Equal(new float[d], made.Weights[3]);
        Assert.Equal(new float[architecture == "JumpReLU" ? features : 0], made.Weights[4]);
        Assert.Equal(new long[features], made.SilentTokens);
        setup.Core.Initialise(4);
        Assert.NotEqual(made.Weights[2], setup.Core.Snapshot(false).Weights[2]);
        setup.Core.Initialise(3);
        Assert.Equal(made.Weights, setup.Core.Snapshot(false).Weights);
    }

    private static void Steps(CoreSetup setup, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            setup.LoadNext();
            Assert.True(setup.Core.Step(setup.Case.Rows, setup.Plan).Taken);
        }
    }

    private static void Same(SaeSnapshot expected, SaeSnapshot actual)
    {
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.SilentTokens, actual.SilentTokens);
        Assert.Equal(expected.First, actual.First);
        Assert.Equal(expected.Second, actual.Second);
        Assert.Equal(expected.AdamSteps, actual.AdamSteps);
    }
}
