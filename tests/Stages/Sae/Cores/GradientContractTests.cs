using Emergence.Stages.Sae;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>Gradients by hand against autograd and finite differences, for every core, architecture and option.</summary>
public sealed class GradientContractTests
{
    private const double Tolerance = 3e-6;

    [Theory]
    [MemberData(nameof(CoreUnderTest.Cases), MemberType = typeof(CoreUnderTest))]
    public void Gradients_are_those_of_autograd(string core, string name)
    {
        using var setup = new CoreSetup(core, CoreCase.Named(name));
        var expected = AutogradSae.Gradients(setup.Options, setup.Naive(setup.Start.Weights), setup.Standardised, setup.Dead, setup.Plan.SparsityWeight);
        Same(expected, setup.Gradients());
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.Cases), MemberType = typeof(CoreUnderTest))]
    public void Gradients_are_those_of_finite_differences(string core, string name)
    {
        using var setup = new CoreSetup(core, CoreCase.Named(name));
        var (x, naive) = (setup.Standardised, setup.Naive(setup.Start.Weights));
        var (active, auxiliary) = (naive.Active(x), naive.Auxiliary(x, setup.Dead));
        var rest = naive.Error(x, active, setup.Case.Features);
        var gradients = setup.Gradients();
        // log θ is learned from pseudo-derivatives, of which no difference knows anything.
        for (var part = 0; part < 4; part++)
        {
            var values = naive.Weights[part];
            for (var i = part; i < values.Length; i += 1 + (values.Length / 9))
            {
                const double h = 1e-6;
                var before = values[i];
                values[i] = before + h;
                var up = naive.Loss(x, active, auxiliary, rest);
                values[i] = before - h;
                var down = naive.Loss(x, active, auxiliary, rest);
                values[i] = before;
                Assert.Equal((up - down) / (2 * h), gradients[part][i], 2e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.Cases), MemberType = typeof(CoreUnderTest))]
    public void A_step_reports_loss_norm_bound_and_dead_latents_and_sets_the_clocks(string core, string name)
    {
        using var setup = new CoreSetup(core, CoreCase.Named(name), CoreCase.Named(name).Options with { NormaliseDecoder = false });
        var (x, naive) = (setup.Standardised, setup.Naive(setup.Start.Weights));
        var active = naive.Active(x);
        var z = naive.Activations(x);
        var norm = Math.Sqrt(setup.Gradients().Sum(part => part.Sum(v => v * v)));

        var result = setup.Core.Step(setup.Case.Rows, setup.Plan);

        Assert.True(result.Taken);
        Assert.Equal(naive.Error(x, active, setup.Case.Features).Average(v => v * v), result.Loss, 1e-5);
        Assert.Equal(norm, result.GradientNorm, 1e-5 * (1 + norm));
        var overBatch = setup.Options.Architecture is SaeArchitecture.BatchTopK or SaeArchitecture.Matryoshka;
        Assert.Equal(overBatch ? z.Where((_, i) => active[i]).Min() : 0, result.SmallestKept, 1e-5);
        var fired = Enumerable.Range(0, active.Length).Where(i => active[i]).Select(i => i % setup.Case.Features).ToHashSet();
        var clocks = setup.Start.SilentTokens.Select((silent, f) => fired.Contains(f) ? 0 : silent + setup.Case.Rows).ToArray();
        Assert.Equal(clocks, setup.Core.Snapshot(false).SilentTokens);
        Assert.Equal(clocks.Count(clock => clock > CoreSetup.DeadAfter), result.DeadLatents);
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void A_batch_that_is_not_full_counts_only_its_tokens(string core, string architecture)
    {
        var @case = CoreCase.Plain(architecture);
        using var whole = new CoreSetup(core, @case);
        using var part = new CoreSetup(core, @case with { Rows = 2 * @case.Rows });
        using var scope = TorchSharp.torch.NewDisposeScope();
        part.Core.Load(TorchSharp.torch.tensor(whole.Raw).reshape(@case.Rows, @case.Dimension), 0, 0, @case.Rows);
        // The weights come before the activations from the same seed.
        part.Core.Restore(whole.Start);
        var probe = (Stages.Sae.Cores.IGradientProbe)part.Core;
        Same(whole.Gradients(), probe.Gradients(@case.Rows, whole.Plan).Weights.Select(g => g.Select(v => (double)v).ToArray()).ToArray());
    }

    private static void Same(double[][] expected, double[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var part = 0; part < expected.Length; part++)
        {
            Assert.Equal(expected[part].Length, actual[part].Length);
            for (var i = 0; i < expected[part].Length; i++)
            {
                Assert.True(
                    Math.Abs(expected[part][i] - actual[part][i]) <= Tolerance * (1 + Math.Abs(expected[part][i])),
                    $"part {part}, entry {i}: expected {expected[part][i]}, got {actual[part][i]}");
            }
        }
    }
}
