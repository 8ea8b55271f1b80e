namespace Emergence.Stages.Tokens.Probe;

/// <summary>Characters of a text that carry a category.</summary>
/// <param name="Start">The first UTF-16 unit.</param>
/// <param name="End">The unit after the last.</param>
/// <param name="Category">Index of the category in its facet.</param>
internal readonly record struct LabelSpan(int Start, int End, short Category);
