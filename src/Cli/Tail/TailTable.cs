using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Tail;

/// <summary>A published table as rows of values: null, text, whole numbers, numbers and truth values.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Table">The table.</param>
/// <param name="Columns">Names of its columns; the first is always <c>step</c>.</param>
/// <param name="Rows">Its rows at a checkpoint, values in the order of the columns.</param>
internal sealed record TailTable(string Name, Tables Table, string[] Columns, Func<CheckpointResult, IEnumerable<object?[]>> Rows)
{
    /// <summary>Every table, the default first.</summary>
    public static IReadOnlyList<TailTable> All { get; } =
    [
        new("curves", Tables.Curves,
            ["step", "layer", "facet", "category", "best_f1", "best_f1_low", "best_f1_high", "best_f1_null99", "coverage", "categorical_features", "best_feature", "above_null", "alert_step"],
            r => r.Curves.Select(c => new object?[]
            {
                r.Step, c.Layer, c.Facet, c.Category, c.BestF1.Value, c.BestF1.Low, c.BestF1.High, c.BestF1Null99, c.Coverage.Value, c.CategoricalFeatures.Value, c.BestFeature, c.AboveNull, c.AlertStep,
            })),
        new("features", Tables.Features,
            ["step", "layer", "feature", "state", "facet", "category", "firings", "density", "mean_activation", "max_activation", "precision", "recall", "f1", "lift", "z", "q", "cosine_previous", "cosine_first"],
            r => r.Features.Select(f => new object?[]
            {
                r.Step, f.Layer, f.Feature, f.State.ToString().ToLowerInvariant(), f.Facet, f.Category, f.Firings, f.Density, f.MeanActivation, f.MaxActivation, f.Precision, f.Recall, f.F1, f.Lift, f.Z, f.Q, f.CosinePrevious, f.CosineFirst,
            })),
        new("firings", Tables.Firings,
            ["step", "layer", "feature", "facet", "category", "firings", "documents", "activation_sum"],
            r => r.Firings.Select(f => new object?[] { r.Step, f.Layer, f.Feature, f.Facet, f.Category, f.Firings, f.Documents, f.ActivationSum })),
        new("health", Tables.Health,
            ["step", "layer", "lm_loss", "fvu", "l0", "dead_fraction", "dense_fraction", "cosine_reconstruction", "norm_ratio", "tokens", "tokens_per_second", "weight_distance", "layer_weight_distance", "waiting", "lag_seconds"],
            r => r.Health.Select(h => new object?[]
            {
                r.Step, h.Layer, h.LmLoss, h.Fvu, h.L0, h.DeadFraction, h.DenseFraction, h.CosineReconstruction, h.NormRatio, h.Tokens, h.TokensPerSecond, h.WeightDistance, h.LayerWeightDistance, h.Waiting, h.LagSeconds,
            })),
        new("events", Tables.Events,
            ["step", "severity", "kind", "layer", "facet", "category", "feature", "message"],
            r => r.Events.Select(e => new object?[] { e.Step, e.Severity.ToString().ToLowerInvariant(), e.Kind.ToString(), e.Layer, e.Facet, e.Category, e.Feature, e.Message })),
    ];
}
