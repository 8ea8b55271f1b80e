namespace Emergence.Stages.Curves;

/// <summary>Everything that is published about one checkpoint: the rows of the five tables.</summary>
/// <param name="Step">Training step.</param>
/// <param name="TokensSeen">Tokens the language model had trained on, when the checkpoint says so.</param>
/// <param name="Curves">Rows of <c>curves</c>, by layer, facet, category.</param>
/// <param name="Features">Rows of <c>features</c>, by layer, feature.</param>
/// <param name="Firings">Rows of <c>firings</c>, by layer, feature, facet, category; <see cref="FiringColumns"/> where they come from statistics or a file, which are written without a copy.</param>
/// <param name="Health">Rows of <c>health</c>, by layer.</param>
/// <param name="Events">Rows of <c>events</c>, in the order they happened.</param>
public sealed record CheckpointResult(
    long Step,
    long? TokensSeen,
    IReadOnlyList<CurveRow> Curves,
    IReadOnlyList<FeatureRow> Features,
    IReadOnlyList<FiringRow> Firings,
    IReadOnlyList<HealthRow> Health,
    IReadOnlyList<EventRow> Events);
