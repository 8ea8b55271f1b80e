using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>Matrix products into memory that is there already, in float32 or from bfloat16 factors.</summary>
/// <param name="bfloat16">Rounds the factors and the product to bfloat16. It has float32's range, so no gradient is ever scaled.</param>
internal readonly struct TensorProducts(bool bfloat16)
{
    /// <summary>into = beta·into + alpha·a·b.</summary>
    public void Add(Tensor into, Tensor a, Tensor b, float beta, float alpha)
    {
        if (!bfloat16)
        {
            into.addmm_(a, b, beta, alpha);
            return;
        }

        using var scope = NewDisposeScope();
        var product = a.to(ScalarType.BFloat16).mm(b.to(ScalarType.BFloat16));
        if (beta == 0)
        {
            into.copy_(product).mul_(alpha);
        }
        else
        {
            into.mul_(beta).add_(product, alpha);
        }
    }

    /// <summary>into = alpha·a·b.</summary>
    public void Set(Tensor into, Tensor a, Tensor b, float alpha) => Add(into, a, b, 0, alpha);
}
