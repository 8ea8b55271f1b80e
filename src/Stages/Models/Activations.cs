using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>The activation functions, element by element.</summary>
internal static class Activations
{
    private static readonly double Slope = Math.Sqrt(2 / Math.PI);

    /// <summary>Applies one. Without autograd the result may take the place of the input.</summary>
    public static Tensor Of(ActivationFunction function, Tensor x)
    {
        var inPlace = !is_grad_enabled();
        return function switch
        {
            ActivationFunction.Gelu => gelu(x, inPlace),
            ActivationFunction.Relu => relu(x, inPlace),
            ActivationFunction.Silu => silu(x, inPlace),
            _ => inPlace ? GeluTanhInto(x) : x.pow(3).mul(0.044715).add(x).mul(Slope).tanh().add(1).mul(x).mul(0.5),
        };
    }

    /// <summary>x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))) with one tensor of scratch memory.</summary>
    private static Tensor GeluTanhInto(Tensor x)
    {
        using var half = x.square().mul_(0.044715).add_(1).mul_(x).mul_(Slope).tanh_().add_(1).mul_(0.5);
        return x.mul_(half);
    }
}
