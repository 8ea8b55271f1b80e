namespace Emergence.Stages.Curves;

/// <summary>One feature's statistics at one layer and checkpoint, before history is added (<see cref="FeatureRow"/>).</summary>
/// <param name="Feature">Feature index in the SAE.</param>
/// <param name="Firings">Probe tokens on which it fires.</param>
/// <param name="Density">Firings over probe tokens, 0 to 1.</param>
/// <param name="MeanActivation">Mean activation over its firings; 0 when it does not fire.</param>
/// <param name="MaxActivation">Greatest activation; 0 when it does not fire.</param>
/// <param name="IsCategorical">Whether it is categorical for at least one category.</param>
/// <param name="Association">The category it is reported for: of those it is categorical for, else of all, the one of highest F1; null when it fires on no labelled token.</param>
/// <param name="TopContexts">Up to eight strongest occurrences, strongest first, of equals the first in the text.</param>
public sealed record FeaturePoint(
    int Feature,
    long Firings,
    double Density,
    double MeanActivation,
    double MaxActivation,
    bool IsCategorical,
    FeatureAssociation? Association,
    IReadOnlyList<TopContext> TopContexts);
