using Emergence.Pipeline.Settings;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Pipeline.Announcing;

/// <summary>The settings of a run on which its numbers depend, so that workers need not be told them. Each as in <see cref="WatchSettings"/>.</summary>
public sealed record AnnouncedSettings
{
    /// <summary>The labelled text.</summary>
    public required string Probe { get; init; }

    /// <summary>Names of its columns.</summary>
    public string? ProbeColumns { get; init; }

    /// <summary>Files and folders of the training text.</summary>
    public required IReadOnlyList<string> Text { get; init; }

    /// <summary>How its <c>.bin</c> files store ids.</summary>
    public TokenType? TokenType { get; init; }

    /// <summary>The run's tokenizer.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Where in a layer activations are read.</summary>
    public required HookPoint Hook { get; init; }

    /// <summary>Features of each SAE.</summary>
    public int? Features { get; init; }

    /// <summary>Width of the SAEs in multiples of the model's.</summary>
    public required int Expansion { get; init; }

    /// <summary>Features that may fire on a token.</summary>
    public required int K { get; init; }

    /// <summary>Which sparse autoencoder.</summary>
    public required SaeArchitecture Sae { get; init; }

    /// <summary>Tokens at the first checkpoint.</summary>
    public required long Budget { get; init; }

    /// <summary>Share of it for each later one.</summary>
    public required double WarmFraction { get; init; }

    /// <summary>Divisor of later learning rates.</summary>
    public required double WarmDivisor { get; init; }

    /// <summary>Passes over later tokens.</summary>
    public required int WarmPasses { get; init; }

    /// <summary>Tokens the model sees at once.</summary>
    public required int Context { get; init; }

    /// <summary>Rows of a batch.</summary>
    public required int BatchRows { get; init; }

    /// <summary>Where it runs, when the run says so: <c>cpu</c>, <c>cuda</c> …; <c>auto</c> leaves it to the worker.</summary>
    public required string Device { get; init; }

    /// <summary>Type of the model's weights.</summary>
    public required WeightPrecision Precision { get; init; }

    /// <summary>What is done with copies.</summary>
    public required CopyPolicy Copies { get; init; }

    /// <summary>What is done with late checkpoints.</summary>
    public required LatePolicy Late { get; init; }

    /// <summary>Whether the model's loss is measured.</summary>
    public required bool MeasureLoss { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required long Seed { get; init; }

    /// <summary>Takes them out of a run's settings.</summary>
    /// <param name="settings">The run's settings.</param>
    public static AnnouncedSettings Of(WatchSettings settings) => new()
    {
        Probe = settings.Probe,
        ProbeColumns = settings.ProbeColumns,
        Text = settings.TextPaths,
        TokenType = settings.TokenType,
        Tokenizer = settings.Tokenizer,
        Hook = settings.Hook,
        Features = settings.Features,
        Expansion = settings.Expansion,
        K = settings.K,
        Sae = settings.Sae,
        Budget = settings.Budget,
        WarmFraction = settings.WarmFraction,
        WarmDivisor = settings.WarmDivisor,
        WarmPasses = settings.WarmPasses,
        Context = settings.Context,
        BatchRows = settings.BatchRows,
        Device = settings.Device,
        Precision = settings.Precision,
        Copies = settings.Copies,
        Late = settings.Late,
        MeasureLoss = settings.MeasureLoss,
        Seed = settings.Seed,
    };
}
