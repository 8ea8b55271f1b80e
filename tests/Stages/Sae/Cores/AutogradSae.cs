using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>
/// The loss as one dense expression in double precision, differentiated by libtorch. JumpReLU's pseudo-derivatives enter as terms
/// (θ − θ₀)·slope whose value is zero.
/// </summary>
internal static class AutogradSae
{
    /// <summary>Gradients in a snapshot's order.</summary>
    /// <param name="options">Architecture and the rest.</param>
    /// <param name="naive">Weights and selection.</param>
    /// <param name="x">x̃, <c>[n·d]</c>.</param>
    /// <param name="dead">Which latents are.</param>
    /// <param name="sparsityWeight">λ.</param>
    public static double[][] Gradients(SaeOptions options, NaiveSae naive, double[] x, bool[] dead, double sparsityWeight)
    {
        using var scope = NewDisposeScope();
        var d = naive.Weights[3].Length;
        var features = naive.Weights[1].Length;
        var n = x.Length / d;
        var encoder = Leaf(naive.Weights[0], features, d);
        var encoderBias = Leaf(naive.Weights[1], features);
        var decoder = Leaf(naive.Weights[2], features, d);
        var decoderBias = Leaf(naive.Weights[3], d);
        var logThreshold = Leaf(naive.Weights[4], naive.Weights[4].Length);

        var xc = tensor(x).reshape(n, d) - decoderBias;
        var z = xc.matmul(encoder.t()) + encoderBias;
        var active = tensor(naive.Active(x)).reshape(n, features).to(ScalarType.Float64);
        var f = z * active;
        var penalty = zeros(1, dtype: ScalarType.Float64).sum();
        if (options.Architecture == SaeArchitecture.JumpReLU)
        {
            var theta = logThreshold.exp();
            var moved = theta - theta.detach();
            var window = ((z - theta) / options.Bandwidth).abs().le(0.5).to(ScalarType.Float64).detach();
            f = f - (moved * (theta.detach() / options.Bandwidth) * window);
            var l0 = (active - (moved / options.Bandwidth * window)).sum() / n;
            penalty = sparsityWeight * ((l0 / options.K) - 1).pow(2);
        }

        var ends = options.PrefixEnds(d);
        var error = f.matmul(decoder) - xc;
        var loss = penalty;
        foreach (var end in ends)
        {
            loss = loss + ((f.narrow(1, 0, end).matmul(decoder.narrow(0, 0, end)) - xc).pow(2).sum() / (ends.Length * x.Length));
        }

        var auxiliary = naive.Auxiliary(x, dead);
        var rest = error.detach();
        var variation = (rest - rest.mean([0])).pow(2).sum();
        if (auxiliary.Contains(true) && variation.item<double>() > 0)
        {
            var a = z * tensor(auxiliary).reshape(n, features).to(ScalarType.Float64);
            loss = loss + (options.AuxCoefficient * (a.matmul(decoder) + rest).pow(2).sum() / variation);
        }

        loss.backward();
        return new[] { encoder, encoderBias, decoder, decoderBias, logThreshold }
            .Select(leaf => leaf.grad?.reshape(-1).data<double>().ToArray() ?? new double[leaf.numel()]).ToArray();
    }

    private static Tensor Leaf(double[] values, params long[] shape) => tensor(values).reshape(shape).detach().requires_grad_(true);
}
