using Emergence.Stages.Sae.Cores;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>What a step does with its gradients.</summary>
public sealed class StepContractTests
{
    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void Steps_follow_the_formula(string core, string architecture) => Follow(core, architecture, normalise: true, maximumNorm: 1e9);

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void Steps_follow_the_formula_with_their_norm_clipped(string core, string architecture) => Follow(core, architecture, normalise: true, maximumNorm: 0.2);

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void Steps_follow_the_formula_without_normalisation(string core, string architecture) => Follow(core, architecture, normalise: false, maximumNorm: 0.2);

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void Begin_forgets_the_moments_and_keeps_weights_and_clocks(string core)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain("BatchTopK"));
        setup.Core.Step(setup.Case.Rows, setup.Plan);
        var before = setup.Core.Snapshot(true);
        setup.Core.Begin(setup.Case.Rows);
        var after = setup.Core.Snapshot(true);
        Assert.Equal(before.Weights, after.Weights);
        Assert.Equal(before.SilentTokens, after.SilentTokens);
        Assert.Equal((1L, 0L), (before.AdamSteps, after.AdamSteps));
        Assert.Contains(before.First!, part => part.Any(v => v != 0));
        Assert.All(after.First!.Concat(after.Second!), part => Assert.All(part, v => Assert.Equal(0, v)));
    }

    private static void Follow(string core, string architecture, bool normalise, double maximumNorm)
    {
        var @case = CoreCase.Plain(architecture);
        using var setup = new CoreSetup(core, @case, @case.Options with { NormaliseDecoder = normalise });
        var naive = setup.Naive(setup.Start.Weights);
        var adam = new NaiveAdam(naive.Weights, @case.Dimension, normalise);
        var silent = false;
        for (var step = 0; step < 8; step++)
        {
            // With few dead latents, some latents have a gradient at some steps only: their moments fade meanwhile.
            var plan = setup.Plan with { LearningRate = 0.01 / (step + 1), MaximumNorm = maximumNorm, DeadAfter = step < 3 ? CoreSetup.DeadAfter : 1 << 20 };
            setup.LoadNext();
            var gradients = ((IGradientProbe)setup.Core).Gradients(@case.Rows, plan).Weights.Select(part => part.Select(v => (double)v).ToArray()).ToArray();
            silent |= step > 3 && gradients[1].Contains(0);
            var norm = adam.Step(gradients, plan);
            setup.Load();
            var result = setup.Core.Step(@case.Rows, plan);
            Assert.Equal(norm, result.GradientNorm, 1e-4 * norm);
            Assert.True(maximumNorm > 1 || norm > maximumNorm, "the case is meant to be clipped");
        }

        Assert.True(silent, "the case is meant to have latents without a gradient");
        var actual = setup.Core.Snapshot(false).Weights;
        for (var part = 0; part < actual.Length; part++)
        {
            for (var i = 0; i < actual[part].Length; i++)
            {
                Assert.Equal(naive.Weights[part][i], actual[part][i], 5e-6);
            }
        }
    }
}
