using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>The two norms, over the last dimension. Sums are taken in float32 whatever the type of the input.</summary>
internal static class Norms
{
    /// <summary>Normalises as the configuration says.</summary>
    /// <param name="config">Kind and epsilon.</param>
    /// <param name="x"><c>[…, n]</c>.</param>
    /// <param name="weight"><c>[n]</c>; null leaves it out.</param>
    /// <param name="bias"><c>[n]</c>; null leaves it out. Layer norm only.</param>
    /// <returns>As <paramref name="x"/>; new memory.</returns>
    public static Tensor Of(ModelConfig config, Tensor x, Tensor? weight, Tensor? bias) => config.Norm == NormKind.RmsNorm
        ? Rms(x, weight, config.NormEpsilon)
        : layer_norm(x, [x.shape[^1]], weight, bias, config.NormEpsilon);

    /// <summary>x / √(mean(x²) + ε) · weight (arXiv 1910.07467, equation 4).</summary>
    public static Tensor Rms(Tensor x, Tensor? weight, double epsilon)
    {
        var wide = x.to_type(ScalarType.Float32);
        var scaled = wide.mul(wide.square().mean([-1L], keepdim: true).add_(epsilon).rsqrt_()).to_type(x.dtype);
        return weight is null ? scaled : is_grad_enabled() ? scaled.mul(weight) : scaled.mul_(weight);
    }
}
