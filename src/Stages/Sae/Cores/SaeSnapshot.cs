namespace Emergence.Stages.Sae.Cores;

/// <summary>Weights, clocks and perhaps Adam's moments of a core, row-major, without padding.</summary>
internal sealed record SaeSnapshot
{
    /// <summary>W_encᵀ <c>[F, d]</c>, b_enc <c>[F]</c>, W_dec <c>[F, d]</c>, b_dec <c>[d]</c>, log θ <c>[F]</c> (JumpReLU only, else empty).</summary>
    public required float[][] Weights { get; init; }

    /// <summary><c>[F]</c>: tokens since each latent fired last.</summary>
    public required long[] SilentTokens { get; init; }

    /// <summary>First moments, shaped like <see cref="Weights"/>; null when not asked for.</summary>
    public float[][]? First { get; init; }

    /// <summary>Second moments, likewise.</summary>
    public float[][]? Second { get; init; }

    /// <summary>Adam steps taken since the moments were fresh.</summary>
    public long AdamSteps { get; init; }
}
