namespace Emergence.Stages.Curves;

/// <summary>One category's statistics at one layer and checkpoint, before history is added (<see cref="CurveRow"/>).</summary>
/// <param name="Facet">Facet name.</param>
/// <param name="Category">Category name.</param>
/// <param name="CategoricalFeatures">Number of features categorical for it.</param>
/// <param name="Coverage">Share of its tokens on which at least one of them fires, 0 to 1.</param>
/// <param name="BestF1">Highest F1 of a single feature by split selection, 0 to 1; 0 where the category has no token in one half of the documents.</param>
/// <param name="BestFeature">Feature of highest F1 on all documents (of equals the first); −1 when none fires on the category.</param>
/// <param name="BestF1Null99">99th percentile of <paramref name="BestF1"/> under permuted labels.</param>
public sealed record CurvePoint(
    string Facet,
    string Category,
    Estimate CategoricalFeatures,
    Estimate Coverage,
    Estimate BestF1,
    int BestFeature,
    double BestF1Null99);
