using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Sae;

/// <summary>What <c>sae eval</c> is asked to do.</summary>
/// <param name="Folder">The SAE.</param>
/// <param name="Activations">The file of activations.</param>
/// <param name="Tensor">Safetensors: the tensor; null takes <c>activations</c> or the only table.</param>
/// <param name="BFloat16">Whether a <c>.npy</c> file's two-byte elements are bfloat16.</param>
/// <param name="Rows">The rows to score.</param>
/// <param name="Threads">Threads.</param>
internal sealed record SaeEvalSettings(string Folder, string Activations, string? Tensor, bool BFloat16, RowRange Rows, int Threads)
{
    private static readonly Setting RowsSetting = Setting.Valued("rows", "A..B", "rows A up to but not with B, from 0; either may be left out; default all");
    private static readonly Setting ThreadsSetting = Setting.Valued("threads", "N", "threads for arithmetic; default every core");

    /// <summary>The settings of the verb.</summary>
    public static Setting[] All { get; } = [.. ActivationOptions.All, RowsSetting, ThreadsSetting, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Reads and validates.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="folder">The SAE.</param>
    /// <exception cref="SettingsException">Something is wrong; names all of it.</exception>
    public static SaeEvalSettings Read(SettingReader reader, string folder)
    {
        var problems = new List<SettingProblem>();
        var activations = reader.Text(ActivationOptions.File) ?? "";
        if (activations.Length == 0)
            problems.Add(new(ActivationOptions.File.Switch, "is missing", "name a .npy or .safetensors file with a row of numbers for each token"));
        var rows = default(RowRange);
        if (reader.Text(RowsSetting) is { } text && !RowRange.TryParse(text, out rows))
            problems.Add(new(RowsSetting.Switch, $"\"{text}\" is not a range of rows", "write it as 0..1000, 1000.. or ..1000"));
        var threads = reader.SmallOrNull(ThreadsSetting) ?? Environment.ProcessorCount;
        if (threads is < 1 or > WatchLimits.MaxThreads)
            problems.Add(new(ThreadsSetting.Switch, $"{threads} is out of range", $"use a number from 1 to {WatchLimits.MaxThreads}"));
        var settings = new SaeEvalSettings(folder, activations, reader.Text(ActivationOptions.Tensor), ActivationOptions.IsBFloat16(reader), rows, threads);
        reader.ThrowOnProblems(problems);
        return settings;
    }
}
