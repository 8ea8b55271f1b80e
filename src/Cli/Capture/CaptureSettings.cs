using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Cli.Capture;

/// <summary>What <c>capture</c> is asked to do.</summary>
/// <param name="Checkpoint">The checkpoint's folder.</param>
/// <param name="Tokens">File of token ids; null with <paramref name="Text"/>.</param>
/// <param name="TokenType">Element type of a file of nothing but ids; null for the other formats.</param>
/// <param name="Text">File of text; null with <paramref name="Tokens"/>.</param>
/// <param name="RowLength">Tokens at which rows are cut; null leaves them.</param>
/// <param name="Hooks">Which activations.</param>
/// <param name="Logits">Whether logits are written too.</param>
/// <param name="Out">The file to write.</param>
/// <param name="Device">Where the model runs, as <see cref="DeviceName"/> has it.</param>
/// <param name="Threads">Threads.</param>
internal sealed record CaptureSettings(
    string Checkpoint, string? Tokens, TokenType? TokenType, string? Text, int? RowLength, HookPatterns Hooks, bool Logits, string Out, string Device, int Threads)
{
    private static readonly Setting TokensSetting = Setting.Valued("tokens", "FILE", "token ids: .npy [T] or [rows, T], a JSON list of ids or of lists, JSON lines, or with --token-type a file of nothing but ids");
    private static readonly Setting TokenTypeSetting = Setting.Valued("token-type", "uint16|uint32", "--tokens is a file of nothing but ids of this type, little-endian");
    private static readonly Setting TextSetting = Setting.Valued("text", "FILE", "a text instead of --tokens, read by the checkpoint's tokenizer.json");
    private static readonly Setting RowLengthSetting = Setting.Valued("row-length", "N", "cut rows into rows of N tokens, each of which the model sees by itself; default: as they are");
    private static readonly Setting HooksSetting = Setting.Valued("hooks", "layers.0.resid_post,…", "which activations: layers.N. or layers.*. and resid_pre, attn_out, resid_mid, mlp_out or resid_post, separated by commas");
    private static readonly Setting LogitsSetting = Setting.Flag("logits", "write the logits too");
    private static readonly Setting OutSetting = Setting.Valued("out", "FILE", "safetensors file to write or replace");
    private static readonly Setting DeviceSetting = Setting.Valued("device", "cpu|cuda[:N]|auto", "where the model runs; default auto: CUDA where it is there, else the CPU");
    private static readonly Setting ThreadsSetting = Setting.Valued("threads", "N", "threads for arithmetic; default every core");

    /// <summary>The settings of the verb.</summary>
    public static Setting[] All { get; } =
        [TokensSetting, TokenTypeSetting, TextSetting, RowLengthSetting, HooksSetting, LogitsSetting, OutSetting, DeviceSetting, ThreadsSetting, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Reads and validates.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    /// <exception cref="SettingsException">Something is wrong; names all of it.</exception>
    public static CaptureSettings Read(SettingReader reader, string checkpoint)
    {
        var problems = new List<SettingProblem>();
        var (tokens, text) = (reader.Text(TokensSetting), reader.Text(TextSetting));
        if (tokens is null == text is null)
            problems.Add(new(TokensSetting.Switch, tokens is null ? "is missing" : "does not go with --text", "give token ids with --tokens, or a text with --text"));
        TokenType? type = reader.Text(TokenTypeSetting) is null ? null : reader.Choice(TokenTypeSetting, Stages.Tokens.Training.TokenType.UInt16);
        if (type is not null && tokens is null)
            problems.Add(new(TokenTypeSetting.Switch, "goes with --tokens only", "leave it out"));
        var length = reader.SmallOrNull(RowLengthSetting);
        if (length < 1)
            problems.Add(new(RowLengthSetting.Switch, $"{length} is out of range", "use 1 or more"));
        var hooks = HookPatterns.None;
        if (reader.Text(HooksSetting) is not { } names)
            problems.Add(new(HooksSetting.Switch, "is missing", "name what to write, such as layers.0.resid_post or layers.*.attn_out"));
        else if (HookPatterns.Parse(HooksSetting.Switch, names, problems) is { } parsed)
            hooks = parsed;
        var file = reader.Text(OutSetting) ?? "";
        if (file.Length == 0)
            problems.Add(new(OutSetting.Switch, "is missing", "name the safetensors file to write"));
        else if (Directory.Exists(file) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            problems.Add(new(OutSetting.Switch, $"{file} is a folder, or lies in none", "name a file in a folder that is there"));
        var device = reader.Text(DeviceSetting) ?? DeviceName.Auto;
        if (DeviceName.Problem(device) is { } unknown)
            problems.Add(new(DeviceSetting.Switch, unknown, "use auto, cpu or cuda:0"));
        var threads = reader.SmallOrNull(ThreadsSetting) ?? Environment.ProcessorCount;
        if (threads is < 1 or > WatchLimits.MaxThreads)
            problems.Add(new(ThreadsSetting.Switch, $"{threads} is out of range", $"use a number from 1 to {WatchLimits.MaxThreads}"));
        var settings = new CaptureSettings(checkpoint, tokens, type, text, length, hooks, reader.Flag(LogitsSetting), file, device, threads);
        reader.ThrowOnProblems(problems);
        return settings;
    }
}
