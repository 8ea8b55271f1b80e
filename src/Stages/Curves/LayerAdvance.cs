namespace Emergence.Stages.Curves;

/// <summary>The finished rows of one layer at one checkpoint.</summary>
/// <param name="Curves">By facet, category.</param>
/// <param name="Features">By feature.</param>
/// <param name="Firings">By feature, facet, category.</param>
/// <param name="Events">Identity breaks by feature, then onsets by facet, category.</param>
public sealed record LayerAdvance(
    IReadOnlyList<CurveRow> Curves,
    IReadOnlyList<FeatureRow> Features,
    IReadOnlyList<FiringRow> Firings,
    IReadOnlyList<EventRow> Events);
