namespace Emergence.Stages.Curves;

/// <summary>One point of a category's emergence curves: layer × facet × category at one checkpoint (table <c>curves</c>).</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Facet">Facet name.</param>
/// <param name="Category">Category name.</param>
/// <param name="CategoricalFeatures">Number of features categorical for this category.</param>
/// <param name="Coverage">Share of the category's tokens on which at least one of them fires.</param>
/// <param name="BestF1">Highest F1 of a single feature, chosen on one half of the documents and scored on the other, averaged both ways.</param>
/// <param name="BestFeature">The feature of highest F1 on all documents; −1 when none fires on the category.</param>
/// <param name="BestF1Null99">99th percentile of <see cref="BestF1"/> under permuted labels.</param>
/// <param name="AboveNull">Whether <see cref="BestF1"/> exceeds <see cref="BestF1Null99"/> here.</param>
/// <param name="AlertStep">Step of the checkpoint at which the 2-of-3 rule first held for this curve; null while it has not.</param>
public sealed record CurveRow(
    int Layer,
    string Facet,
    string Category,
    Estimate CategoricalFeatures,
    Estimate Coverage,
    Estimate BestF1,
    int BestFeature,
    double BestF1Null99,
    bool AboveNull,
    long? AlertStep);
