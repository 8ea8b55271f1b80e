namespace Emergence.Stages.Curves;

/// <summary>Everything one checkpoint says about one layer by itself; <see cref="LayerHistory"/> joins it to earlier checkpoints.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Points">One per category, by facet, then category.</param>
/// <param name="Features">One per feature, ascending.</param>
/// <param name="Firings">Counts above zero, by feature, facet, category.</param>
public sealed record LayerCurves(
    int Layer,
    IReadOnlyList<CurvePoint> Points,
    IReadOnlyList<FeaturePoint> Features,
    IReadOnlyList<FiringRow> Firings);
