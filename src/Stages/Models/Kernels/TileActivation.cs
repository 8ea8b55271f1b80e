namespace Emergence.Stages.Models.Kernels;

/// <summary>What is applied to a product's values.</summary>
internal enum TileActivation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>GELU by the error function, x·Φ(x) (arXiv 1606.08415).</summary>
    Gelu,

    /// <summary>GELU by the hyperbolic tangent (same paper, section 2).</summary>
    GeluTanh,

    /// <summary>x·σ(x), also called swish.</summary>
    Silu,

    /// <summary>max(x, 0).</summary>
    Relu,
}
