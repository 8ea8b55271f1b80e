namespace Emergence.Stages.Curves;

/// <summary>An occurrence of a feature's strongest activations.</summary>
/// <param name="Document">Index of the probe document.</param>
/// <param name="Position">Token position in it.</param>
/// <param name="Activation">The feature's activation there.</param>
public readonly record struct TopContext(int Document, int Position, float Activation);

/// <summary>One feature of one layer at one checkpoint (table <c>features</c>).</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Feature">Feature index in the SAE.</param>
/// <param name="Firings">Tokens of the probe set on which it fires.</param>
/// <param name="Density">Firings over probe tokens, 0 to 1.</param>
/// <param name="MeanActivation">Mean activation over its firings; 0 when it does not fire.</param>
/// <param name="MaxActivation">Greatest activation; 0 when it does not fire.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Facet">Facet of the category it is reported for (categorical if any is, else highest F1); null when it does not fire.</param>
/// <param name="Category">That category.</param>
/// <param name="Precision">Share of its firings on labelled tokens that are on the category.</param>
/// <param name="Recall">Share of the category's tokens on which it fires.</param>
/// <param name="F1">Harmonic mean of the two.</param>
/// <param name="Lift">Precision over the category's base rate.</param>
/// <param name="Z">Cluster-robust test statistic of METRICS.</param>
/// <param name="Q">Benjamini-Hochberg adjusted p-value over the layer.</param>
/// <param name="CosinePrevious">Cosine of its decoder row with the previous checkpoint's; null at the first.</param>
/// <param name="CosineFirst">Cosine with its decoder row where its identity began; null at the first.</param>
/// <param name="TopContexts">Up to eight strongest occurrences, strongest first.</param>
public sealed record FeatureRow(
    int Layer,
    int Feature,
    long Firings,
    double Density,
    double MeanActivation,
    double MaxActivation,
    FeatureState State,
    string? Facet,
    string? Category,
    double? Precision,
    double? Recall,
    double? F1,
    double? Lift,
    double? Z,
    double? Q,
    double? CosinePrevious,
    double? CosineFirst,
    IReadOnlyList<TopContext> TopContexts);
