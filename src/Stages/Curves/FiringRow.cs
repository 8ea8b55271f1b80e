namespace Emergence.Stages.Curves;

/// <summary>Firings of one feature on one category (table <c>firings</c>); only counts above zero have a row.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Feature">Feature index in the SAE.</param>
/// <param name="Facet">Facet name.</param>
/// <param name="Category">Category name.</param>
/// <param name="Firings">Tokens of the category on which the feature fires.</param>
/// <param name="Documents">Documents in which it does.</param>
/// <param name="ActivationSum">Sum of its activations there.</param>
public readonly record struct FiringRow(int Layer, int Feature, string Facet, string Category, long Firings, int Documents, double ActivationSum);
