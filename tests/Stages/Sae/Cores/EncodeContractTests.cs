using Emergence.Stages.Firing;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>The frozen SAE of every core, and thresholds before the first step.</summary>
public sealed class EncodeContractTests
{
    // CoreSetup's own.
    private const float Scale = 1.25f;

    [Theory]
    [MemberData(nameof(CoreUnderTest.Architectures), MemberType = typeof(CoreUnderTest))]
    public void Latents_that_fire_are_those_of_the_formula_in_raw_units(string core, string architecture)
        => Check(core, CoreCase.Plain(architecture), threshold: 0.4f);

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void Of_equal_activations_the_lower_latents_fire(string core) => Check(core, CoreCase.Named("topk, ties"), threshold: 0);

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void An_activation_at_the_threshold_does_not_fire(string core) => Check(core, CoreCase.Named("batchtopk, ties"), threshold: 1);

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void More_tokens_than_one_piece_are_encoded_in_order(string core)
        => Check(core, CoreCase.Plain("BatchTopK") with { Rows = 2100 }, threshold: 1);

    [Theory]
    [MemberData(nameof(CoreUnderTest.All), MemberType = typeof(CoreUnderTest))]
    public void Thresholds_start_where_k_latents_per_token_fire(string core)
    {
        using var setup = new CoreSetup(core, CoreCase.Plain("JumpReLU"));
        setup.Core.CalibrateThresholds(setup.Case.Rows);
        var z = setup.Naive(setup.Start.Weights).Activations(setup.Standardised);
        var expected = Math.Log(z.OrderDescending().ElementAt((setup.Case.Rows * setup.Options.K) - 1));
        Assert.All(setup.Core.Snapshot(false).Weights[4], v => Assert.Equal(expected, v, 1e-5));
    }

    private static void Check(string core, CoreCase @case, float threshold)
    {
        using var setup = new CoreSetup(core, @case);
        using var scope = NewDisposeScope();
        var firings = new TokenFirings();
        var (d, features) = (@case.Dimension, @case.Features);
        var sums = new ReconstructionSums(d, features);

        setup.Core.Encode(tensor(setup.Raw).reshape(-1, d), threshold, firings, sums);

        var (x, naive) = (setup.Standardised, setup.Naive(setup.Start.Weights));
        var z = naive.Activations(x);
        var active = setup.Options.Architecture is SaeArchitecture.TopK or SaeArchitecture.JumpReLU
            ? naive.Active(x)
            : z.Select(v => v > threshold).ToArray();
        var expected = Enumerable.Range(0, z.Length).Where(i => active[i]).ToArray();
        Assert.Equal(@case.Rows, firings.TokenCount);
        Assert.Equal(expected.Select(i => i % features), firings.Features.ToArray());
        for (var n = 0; n < @case.Rows; n++)
        {
            Assert.Equal(expected.Count(i => i / features == n), firings.Offsets[n + 1] - firings.Offsets[n]);
        }

        var unit = @case.Ties ? 1 : Scale;
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(z[expected[i]] / unit, firings.Values[i], 1e-5);
        }

        CheckSums(setup, active, unit, sums);
    }

    private static void CheckSums(CoreSetup setup, bool[] active, float unit, ReconstructionSums sums)
    {
        var (d, x) = (setup.Case.Dimension, setup.Standardised);
        var error = setup.Naive(setup.Start.Weights).Error(x, active, setup.Case.Features);
        var means = Enumerable.Range(0, d).Select(c => x.Where((_, i) => i % d == c).Average()).ToArray();
        var variation = x.Select((v, i) => Math.Pow(v - means[i % d], 2)).Sum();
        Assert.Equal(setup.Case.Rows, sums.Tokens);
        Assert.Equal(error.Sum(v => v * v) / variation, sums.Fvu, 1e-4);
        Assert.Equal(variation, sums.Variation, 1e-4 * variation);
        var (cosine, ratio, tokens) = (0.0, 0.0, 0);
        for (var n = 0; n < setup.Case.Rows; n++)
        {
            var raw = setup.Raw.Skip(n * d).Take(d).Select(v => (double)v).ToArray();
            var rebuilt = raw.Select((v, c) => v + (error[(n * d) + c] / unit)).ToArray();
            var (a, b) = (raw.Sum(v => v * v), rebuilt.Sum(v => v * v));
            if (a > 0)
            {
                cosine += b > 0 ? raw.Zip(rebuilt, (p, q) => p * q).Sum() / Math.Sqrt(a * b) : 0;
                ratio += Math.Sqrt(b / a);
                tokens++;
            }
        }

        Assert.Equal(cosine / tokens, sums.Cosine, 1e-4);
        Assert.Equal(ratio / tokens, sums.NormRatio, 1e-4);
        Assert.Equal(active.Count(a => a), sums.FiringCount);
    }
}
