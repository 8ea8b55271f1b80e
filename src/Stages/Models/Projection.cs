using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>The linear maps inside a block.</summary>
internal static class Projection
{
    /// <summary>x·Wᵀ + b.</summary>
    /// <param name="config">Says whether W is stored <c>[out, in]</c> or <c>[in, out]</c>.</param>
    /// <param name="x"><c>[N, in]</c>.</param>
    /// <param name="weight">W as it is stored.</param>
    /// <param name="bias"><c>[out]</c>; null leaves it out.</param>
    /// <returns><c>[N, out]</c>, contiguous, new memory.</returns>
    public static Tensor Of(ModelConfig config, Tensor x, Tensor weight, Tensor? bias) =>
        linear(x, config.InputMajorWeights ? weight.t() : weight, bias);
}
