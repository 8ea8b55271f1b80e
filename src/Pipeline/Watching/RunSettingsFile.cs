using System.Text.Json.Nodes;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>What <c>run.json</c> says: everything the numbers depend on. A run goes on only under what it began with.</summary>
internal static class RunSettingsFile
{
    /// <summary>Describes a run.</summary>
    public static RunDescription Describe(WatchSettings settings, RunModel model, RunTexts texts, bool cuda, IReadOnlyList<int> layers, SaeOptions sae, CurveOptions curves)
    {
        var described = Settings(settings, model, texts, layers, sae, curves);

        // Only what is not the default: runs that began before these settings existed go on.
        if (settings.Precision != WeightPrecision.Auto)
        {
            described["precision"] = $"{settings.Precision}";
        }

        if (cuda)
        {
            described["device"] = "cuda";
        }

        if (settings.Tokenizer is not null)
        {
            described["tokenizer"] = "given";
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
            ["facets"] = Facets(texts.Probe),
            ["probe"] = Probe(texts.Probe, texts.ProbeHash),
            ["text"] = new JsonObject { ["sha256"] = texts.TrainingHash },
            ["context"] = settings.Context,
            ["batch_rows"] = settings.BatchRows,
            ["seed"] = settings.Seed,
            ["every"] = settings.Every,
            ["sae"] = Sae(settings, sae, JsonValue.Create(sae.FeaturesFor(model.Config.HiddenSize))),
            ["curves"] = Curves(curves),
        };

    /// <summary>Describes a run over saved activations.</summary>
    public static RunDescription Describe(WatchSettings settings, ActivationShape shape, IReadOnlyList<int> layers, Func<int, string> hookOf, Func<int, SaeOptions> sae, CurveOptions curves)
    {
        var described = new JsonObject
        {
            ["source"] = "activations",
            ["hook_points"] = new JsonArray([.. layers.Select(l => (JsonNode)hookOf(l))]),
            ["widths"] = new JsonArray([.. layers.Select(l => (JsonNode)shape.WidthOf(l))]),
            ["facets"] = Facets(shape.Probe),
            ["probe"] = Probe(shape.Probe, shape.ProbeHash),
            ["batch_rows"] = settings.BatchRows,
            ["seed"] = settings.Seed,
            ["every"] = settings.Every,
            ["sae"] = Sae(settings, sae(layers[0]), new JsonArray([.. layers.Select(l => (JsonNode)sae(l).FeaturesFor(shape.WidthOf(l)))])),
            ["curves"] = Curves(curves),
        };
        if (settings.Copies != CopyPolicy.Refuse)
        {
            described["copies"] = $"{settings.Copies}";
        }

        return new RunDescription(new RunIdentity(settings.RunName, shape.Name, shape.Parameters, $"{CurveDefaults.MetricsVersion}", Producer), described);
    }

    /// <summary>The program and its version, as files and messages name who wrote them.</summary>
    public static string Producer => $"emergence {typeof(RunSettingsFile).Assembly.GetName().Version?.ToString(3)}";

    private static JsonArray Facets(ProbeSet probe) => new([.. probe.Facets.Select(f => (JsonNode)new JsonObject
    {
        ["name"] = f.Name,
        ["kind"] = $"{f.Kind}",
        ["categories"] = f.Categories.Count,
    })]);

    private static JsonObject Probe(ProbeSet probe, string hash) => new()
    {
        ["sha256"] = hash,
        ["documents"] = probe.Documents.Count,
        ["tokens"] = probe.TokenCount,
    };

    private static JsonObject Sae(WatchSettings settings, SaeOptions sae, JsonNode features) => new()
    {
        ["architecture"] = $"{sae.Architecture}",
        ["features"] = features,
        ["k"] = sae.K,
        ["first_budget_tokens"] = settings.Budget,
        ["warm_fraction"] = settings.WarmFraction,
        ["warm_lr_divisor"] = settings.WarmDivisor,
        ["warm_passes"] = settings.WarmPasses,
    };

    private static JsonObject Curves(CurveOptions curves) => new()
    {
        ["max_q"] = curves.MaxQ,
        ["min_lift"] = curves.MinLift,
        ["min_precision"] = curves.MinPrecision,
        ["min_firings"] = curves.MinFirings,
        ["min_documents"] = curves.MinDocuments,
        ["bootstrap_draws"] = curves.BootstrapDraws,
        ["permutations"] = curves.Permutations,
        ["categorical_permutations"] = curves.CategoricalPermutations,
    };
}
