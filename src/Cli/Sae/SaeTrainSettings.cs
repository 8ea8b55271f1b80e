using Emergence.Pipeline.Settings;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>What <c>sae train</c> is asked to do. Immutable; <see cref="Problems"/> says what is wrong with it before a file is opened.</summary>
internal sealed record SaeTrainSettings
{
    /// <summary>The file of activations.</summary>
    public required string Activations { get; init; }

    /// <summary>Safetensors: the tensor; null takes <c>activations</c> or the only table.</summary>
    public string? Tensor { get; init; }

    /// <summary>Whether a <c>.npy</c> file's two-byte elements are bfloat16.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>A label for each row of <see cref="Eval"/>, or of <see cref="Activations"/> without that; null for none.</summary>
    public string? Labels { get; init; }

    /// <summary>A file of rows that score the SAE; null holds out the last rows of <see cref="Activations"/>.</summary>
    public string? Eval { get; init; }

    /// <summary>Which SAE; null takes BatchTopK, or that of <see cref="WarmFrom"/>.</summary>
    public SaeArchitecture? Architecture { get; init; }

    /// <summary>Active latents per row; null takes <see cref="SaeDefaults.K"/>, or that of <see cref="WarmFrom"/>.</summary>
    public int? K { get; init; }

    /// <summary>F; null takes <see cref="SaeDefaults.ExpansionFactor"/> · d, or that of <see cref="WarmFrom"/>.</summary>
    public int? Features { get; init; }

    /// <summary>Rows per step; null chooses by the number of rows to train on (<see cref="LearningRateRule.BatchTokens"/>), whatever <see cref="Steps"/> says.</summary>
    public int? Batch { get; init; }

    /// <summary>Steps; null takes one pass over the rows.</summary>
    public long? Steps { get; init; }

    /// <summary>Peak learning rate; null chooses by d (<see cref="LearningRateRule.Peak"/>).</summary>
    public double? LearningRate { get; init; }

    /// <summary>Seed of the initial weights.</summary>
    public long Seed { get; init; }

    /// <summary>Threads; null takes every core.</summary>
    public int? Threads { get; init; }

    /// <summary>Where it is trained.</summary>
    public TrainDevice Device { get; init; }

    /// <summary>Folder of the result; it must not be there, or be empty.</summary>
    public required string Out { get; init; }

    /// <summary>Folder of an earlier result to start from; null starts anew.</summary>
    public string? WarmFrom { get; init; }

    /// <summary>A warm start's learning rate is the first one's over this; null takes <see cref="SaeDefaults.WarmLearningRateDivisor"/>.</summary>
    public double? WarmDivisor { get; init; }

    /// <summary>Name of the model the activations come from, for the exported files.</summary>
    public string Model { get; init; } = "unknown";

    /// <summary>Layer they come from, likewise.</summary>
    public int Layer { get; init; }

    /// <summary>Where in that layer, likewise.</summary>
    public HookPoint Hook { get; init; } = HookPoint.ResidPost;

    /// <summary>Threads in numbers.</summary>
    public int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>Everything that is wrong, each with its remedy.</summary>
    public IReadOnlyList<SettingProblem> Problems()
    {
        var found = new List<SettingProblem>();
        if (Activations.Length == 0)
            found.Add(new("--activations", "is missing", "name a .npy or .safetensors file with a row of numbers for each token"));
        if (Out.Length == 0)
            found.Add(new("--out", "is missing", "name a folder for the result"));
        else if (File.Exists(Out) || (Directory.Exists(Out) && Directory.EnumerateFileSystemEntries(Out).Any()))
            found.Add(new("--out", $"{Out} is there already and is not an empty folder", "name another one, or remove it first"));
        Range("--k", K, 1, WatchLimits.MaxFeatures);
        Range("--features", Features, 2, WatchLimits.MaxFeatures);
        Range("--batch", Batch, 1, SaeTrainLimits.MostBatch);
        Range("--steps", Steps, 1, int.MaxValue);
        Range("--seed", Seed, 0, long.MaxValue);
        Range("--threads", Threads, 1, WatchLimits.MaxThreads);
        Range("--layer", Layer, 0, WatchLimits.MaxLayer);
        if (LearningRate is { } rate && !(rate > 0 && rate <= 1))
            found.Add(new("--lr", $"{rate} is not above 0 and at most 1", "leave it out to have it chosen by the width"));
        if (LearningRate is not null && WarmFrom is not null)
            found.Add(new("--lr", "a warm start's rate follows from the rate of the first start", "say --warm-lr-divisor instead"));
        if (WarmDivisor is not null && WarmFrom is null)
            found.Add(new("--warm-lr-divisor", "there is no --warm-from", "leave it out, or name the folder to start from"));
        if (WarmDivisor is { } divisor && !(divisor >= 1 && divisor <= WatchLimits.MaxWarmDivisor))
            found.Add(new("--warm-lr-divisor", $"{divisor} is not between 1 and {WatchLimits.MaxWarmDivisor}", $"use {SaeDefaults.WarmLearningRateDivisor}, or more for activations much like the earlier ones"));
        return found;

        void Range(string setting, long? value, long low, long high)
        {
            if (value is { } number && (number < low || number > high))
                found.Add(new(setting, $"{number} is out of range", $"use a number from {low} to {high}"));
        }
    }
}
