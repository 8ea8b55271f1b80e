using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>Numbers that are none, and numbers too large to square.</summary>
public sealed class NonFiniteContractTests
{
    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void The_first_value_that_is_not_finite_is_found(string core)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain("TopK"));
        using var scope = NewDisposeScope();
        var values = setup.Raw.ToArray();
        Assert.Equal(-1, setup.Core.FirstNonFinite(tensor(values).reshape(-1, setup.Case.Dimension)));
        foreach (var (at, value) in new[] { (^1, float.NegativeInfinity), (40, float.NaN), (38, float.PositiveInfinity), ((Index)0, float.NaN) })
        {
            values[at] = value;
            Assert.Equal(at.GetOffset(values.Length), setup.Core.FirstNonFinite(tensor(values).reshape(-1, setup.Case.Dimension)));
        }
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void A_step_whose_loss_overflows_changes_nothing_and_the_next_one_goes_on(string core, string architecture)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain(architecture));
        using var undisturbed = new CoreSetup(core, CoreCase.Plain(architecture));
        setup.Core.Step(setup.Case.Rows, setup.Plan);
        undisturbed.Core.Step(setup.Case.Rows, setup.Plan);
        var (before, raw) = (setup.Core.Snapshot(true), setup.Raw.ToArray());
        using var scope = NewDisposeScope();
        foreach (var factor in new[] { 1e30f, 1e38f })
        {
            setup.Core.Load(tensor(raw.Select(v => Math.Clamp(v * factor, -3e38f, 3e38f)).ToArray()).reshape(-1, setup.Case.Dimension), 0, 0, setup.Case.Rows);
            var refused = setup.Core.Step(setup.Case.Rows, setup.Plan);
            Assert.False(refused.Taken);
            Assert.Equal(before.SilentTokens.Count(silent => silent > CoreSetup.DeadAfter), refused.DeadLatents);
            var after = setup.Core.Snapshot(true);
            Assert.Equal(before.Weights, after.Weights);
            Assert.Equal(before.SilentTokens, after.SilentTokens);
            Assert.Equal(before.First, after.First);
            Assert.Equal(before.Second, after.Second);
            Assert.Equal(before.AdamSteps, after.AdamSteps);
        }

        setup.Load();
        undisturbed.Load();
        Assert.Equal(undisturbed.Core.Step(setup.Case.Rows, setup.Plan), setup.Core.Step(setup.Case.Rows, setup.Plan));
        Assert.Equal(undisturbed.Core.Snapshot(false).Weights, setup.Core.Snapshot(false).Weights);
    }
}
