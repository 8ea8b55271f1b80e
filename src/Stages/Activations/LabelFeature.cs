namespace Emergence.Stages.Activations;

/// <summary>The feature that tells one label's rows best.</summary>
/// <param name="Label">The label.</param>
/// <param name="Rows">Rows that have it.</param>
/// <param name="Feature">The feature of highest F1, of equal ones the first; −1 when none fires on such a row.</param>
/// <param name="BestF1">Its F1, 0 to 1. Chosen and scored on the same rows, so somewhat too high where rows are few.</param>
/// <param name="Precision">Share of its firings on labelled rows that lie on this label's; 0 without a feature.</param>
/// <param name="Recall">Share of the label's rows on which it fires.</param>
public sealed record LabelFeature(string Label, long Rows, int Feature, double BestF1, double Precision, double Recall);
