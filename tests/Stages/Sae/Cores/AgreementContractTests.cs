namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>Cores of different kinds agree to rounding; one core agrees with itself to the bit.</summary>
public sealed class AgreementContractTests
{
    private const int Steps = 20;

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (first, second) in CoreUnderTest.Pairs)
            {
                foreach (var architecture in Enum.GetNames<Stages.Sae.SaeArchitecture>())
                {
                    data.Add(first, second, architecture);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Two_cores_train_to_the_same_weights(string first, string second, string architecture)
    {
        using var one = Trained(first, architecture);
        using var other = Trained(second, architecture);
        var (a, b) = (one.Core.Snapshot(true), other.Core.Snapshot(true));
        if (first == second)
        {
            Assert.Equal(a.Weights, b.Weights);
            Assert.Equal(a.First, b.First);
            Assert.Equal(a.Second, b.Second);
        }
        else
        {
            Close(a.Weights.Select(Doubles).ToArray(), b.Weights);
        }

        Assert.Equal(a.SilentTokens, b.SilentTokens);
    }

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void A_core_trains_to_the_weights_of_autograd_in_double_precision(string core, string architecture)
    {
        using var data = new CoreSetup(core, CoreCase.Plain(architecture));
        var naive = data.Naive(data.Start.Weights);
        var adam = new NaiveAdam(naive.Weights, data.Case.Dimension, normalise: true);
        for (var step = 0; step < Steps; step++)
        {
            data.LoadNext();
            // Nothing else dies in 20 steps of 24 tokens; what fired is not dead any more.
            var silent = data.Core.Snapshot(false).SilentTokens;
            var dead = silent.Select(clock => clock > CoreSetup.DeadAfter).ToArray();
            adam.Step(AutogradSae.Gradients(data.Options, naive, data.Standardised, dead, data.Plan.SparsityWeight), data.Plan);
            Assert.True(data.Core.Step(data.Case.Rows, data.Plan).Taken);
        }

        Close(naive.Weights, data.Core.Snapshot(false).Weights);
    }

    private static CoreSetup Trained(string core, string architecture)
    {
        var setup = new CoreSetup(core, CoreCase.Plain(architecture));
        setup.Core.Initialise(11);
        for (var step = 0; step < Steps; step++)
        {
            setup.LoadNext();
            if (step == 0)
            {
                setup.Core.CalibrateThresholds(setup.Case.Rows);
            }

            setup.Core.Step(setup.Case.Rows, setup.Plan);
        }

        return setup;
    }

    // Adam divides by a gradient's size: where that is next to nothing, as in a latent that just died, rounding decides its sign. Hence a
    // latent's rows of the 37 may be further off.
    private static void Close(double[][] expected, float[][] actual)
    {
        var differences = expected.SelectMany(part => part).Zip(actual.SelectMany(part => part), (a, b) => Math.Abs(a - b)).Order().ToArray();
        Assert.InRange(differences[differences.Length * 95 / 100], 0, 1e-6);
        Assert.InRange(differences[^1], 0, 2e-2);
    }

    private static double[] Doubles(float[] values) => values.Select(v => (double)v).ToArray();
}
