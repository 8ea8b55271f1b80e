namespace Emergence.Stages.Models;

/// <summary>How a vector is normalised.</summary>
public enum NormKind
{
    /// <summary>Mean taken off, divided by the deviation (arXiv 1607.06450).</summary>
    LayerNorm,

    /// <summary>Divided by the root of the mean square (arXiv 1910.07467).</summary>
    RmsNorm,
}
