namespace Emergence.Stages.Curves;

/// <summary>How a feature relates to one category.</summary>
/// <param name="Facet">Facet name.</param>
/// <param name="Category">Category name.</param>
/// <param name="Precision">Share of its firings on labelled tokens that are on the category.</param>
/// <param name="Recall">Share of the category's tokens on which it fires.</param>
/// <param name="F1">Harmonic mean of the two.</param>
/// <param name="Lift">Precision over the category's base rate.</param>
/// <param name="Z">Cluster-robust test statistic; 0 when the category or its complement lies in fewer than two documents.</param>
/// <param name="Q">Benjamini-Hochberg adjusted p-value over all features and categories of the layer.</param>
public sealed record FeatureAssociation(string Facet, string Category, double Precision, double Recall, double F1, double Lift, double Z, double Q);
