namespace Emergence.Cli.Sae;

/// <summary>What <c>sae eval</c> says: table <c>health</c>'s figures, in raw units.</summary>
/// <param name="Sae">The SAE's folder.</param>
/// <param name="Format">Its layout: saelens or sparsify.</param>
/// <param name="Architecture">topk, jumprelu or standard.</param>
/// <param name="K">Active latents per row; null where thresholds decide.</param>
/// <param name="DIn">d.</param>
/// <param name="DSae">F.</param>
/// <param name="Rows">Rows scored.</param>
/// <param name="Fvu">Σ‖x−x̂‖² / Σ‖x−x̄‖².</param>
/// <param name="L0">Mean number of firing features.</param>
/// <param name="DeadFraction">Share of features that fired on none of the rows.</param>
/// <param name="DenseFraction">Share that fired on more than a tenth.</param>
/// <param name="Cosine">Mean cos(x, x̂).</param>
/// <param name="NormRatio">Mean ‖x̂‖/‖x‖.</param>
/// <param name="TokensPerSecond">Rows over the seconds of encoding and rebuilding alone.</param>
internal sealed record SaeEvalResult(
    string Sae,
    string Format,
    string Architecture,
    int? K,
    int DIn,
    int DSae,
    long Rows,
    double? Fvu,
    double? L0,
    double DeadFraction,
    double DenseFraction,
    double? Cosine,
    double? NormRatio,
    double? TokensPerSecond)
{
    /// <summary>For a person.</summary>
    public string ToText() =>
        $"""
        {Sae}: {Architecture} of {Format}, {DSae} features of {DIn} numbers{(K is { } k ? $", k {k}" : "")}
        {Rows} rows: fvu {Fvu:0.0000}, l0 {L0:0.0}, dead {DeadFraction:0.0%}, dense {DenseFraction:0.0%}, cosine {Cosine:0.0000}, norm ratio {NormRatio:0.0000}, {TokensPerSecond:0} rows per second
        """;
}
