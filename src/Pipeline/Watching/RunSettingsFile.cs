using System.Text.Json.Nodes;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;

namespace Emergence.Pipeline.Watching;

/// <summary>What <c>run.json</c> says: everything the numbers depend on. A run goes on only under what it began with.</summary>
internal static class RunSettingsFile
{
    /// <summary>Describes a run.</summary>
    public static RunDescription Describe(WatchSettings settings, RunModel model, RunTexts texts, IReadOnlyList<int> layers, SaeOptions sae, CurveOptions curves)
    {
        var described = Settings(settings, model, texts, layers, sae, curves);

        // Only what is not the default: runs that began before these settings existed go on.
        if (settings.Precision != WeightPrecision.Auto)
        {
            described["precision"] = $"{settings.Precision}";
        }

        if (settings.Copies != CopyPolicy.Refuse)
        {
            described["copies"] = $"{settings.Copies}";
        }

        if (!settings.MeasureLoss)
        {
            described["lm_loss"] = false;
        }

        return new RunDescription(new RunIdentity(settings.RunName, model.Name, model.Parameters, $"{CurveDefaults.MetricsVersion}", Producer), described);
    }

    private static JsonObject Settings(WatchSettings settings, RunModel model, RunTexts texts, IReadOnlyList<int> layers, SaeOptions sae, CurveOptions curves) =>
        new()
        {
            ["model"] = model.Config.Fingerprint,
            ["hook_points"] = new JsonArray([.. layers.Select(l => (JsonNode)new Hook(l, settings.Hook).Name)]),
            ["facets"] = new JsonArray([.. texts.Probe.Facets.Select(f => (JsonNode)new JsonObject
            {
                ["name"] = f.Name,
                ["kind"] = $"{f.Kind}",
                ["categories"] = f.Categories.Count,
            })]),
            ["probe"] = new JsonObject
            {
                ["sha256"] = texts.ProbeHash,
                ["documents"] = texts.Probe.Documents.Count,
                ["tokens"] = texts.Probe.TokenCount,
            },
            ["text"] = new JsonObject { ["sha256"] = texts.TrainingHash },
            ["context"] = settings.Context,
            ["batch_rows"] = settings.BatchRows,
            ["seed"] = settings.Seed,
            ["every"] = settings.Every,
            ["sae"] = new JsonObject
            {
                ["architecture"] = $"{sae.Architecture}",
                ["features"] = sae.FeaturesFor(model.Config.HiddenSize),
                ["k"] = sae.K,
                ["first_budget_tokens"] = settings.Budget,
                ["warm_fraction"] = settings.WarmFraction,
                ["warm_lr_divisor"] = settings.WarmDivisor,
                ["warm_passes"] = settings.WarmPasses,
            },
            ["curves"] = new JsonObject
            {
                ["max_q"] = curves.MaxQ,
                ["min_lift"] = curves.MinLift,
                ["min_precision"] = curves.MinPrecision,
                ["min_firings"] = curves.MinFirings,
                ["min_documents"] = curves.MinDocuments,
                ["bootstrap_draws"] = curves.BootstrapDraws,
                ["permutations"] = curves.Permutations,
                ["categorical_permutations"] = curves.CategoricalPermutations,
            },
        };

    private static string Producer => $"emergence {typeof(RunSettingsFile).Assembly.GetName().Version?.ToString(3)}";
}
