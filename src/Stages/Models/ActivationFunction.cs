namespace Emergence.Stages.Models;

/// <summary>What stands between the two layers of an MLP.</summary>
public enum ActivationFunction
{
    /// <summary>x·Φ(x) with the normal distribution itself (GELU, arXiv 1606.08415).</summary>
    Gelu,

    /// <summary>The same with Φ by a hyperbolic tangent, as GPT-2 has it.</summary>
    GeluTanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·σ(x), also called swish.</summary>
    Silu,
}
