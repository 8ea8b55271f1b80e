namespace Emergence.Stages.Models;

/// <summary>Where a block's norms stand.</summary>
public enum NormPlacement
{
    /// <summary>Before attention and MLP: each reads the normalised residual stream.</summary>
    Before,

    /// <summary>After them: what each adds to the residual stream is normalised (OLMo 2, arXiv 2501.00656, section 3.2).</summary>
    After,
}
