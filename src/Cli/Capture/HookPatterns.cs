using System.Globalization;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Models;

namespace Emergence.Cli.Capture;

/// <summary>Hooks as people name them, some of them for every layer: <c>layers.3.resid_post</c>, <c>layers.*.attn_out</c>.</summary>
internal sealed class HookPatterns
{
    private readonly string _setting;
    private readonly IReadOnlyList<(int? Layer, HookPoint Point)> _patterns;

    private HookPatterns(string setting, IReadOnlyList<(int? Layer, HookPoint Point)> patterns)
    {
        _setting = setting;
        _patterns = patterns;
    }

    /// <summary>No hook.</summary>
    public static HookPatterns None { get; } = new("", []);

    /// <summary>Reads names separated by commas.</summary>
    /// <param name="setting">The setting, for problems.</param>
    /// <param name="text">The names.</param>
    /// <param name="problems">Receives a problem for each name that is none.</param>
    /// <returns>The patterns; null when there is a problem.</returns>
    public static HookPatterns? Parse(string setting, string text, List<SettingProblem> problems)
    {
        var found = new List<(int?, HookPoint)>();
        var before = problems.Count;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (name.Split('.') is ["layers", var layer, var point]
                && HookPoints.Find(point) is { } known
                && (layer == "*" || int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
                found.Add((layer == "*" ? null : int.Parse(layer, NumberStyles.None, CultureInfo.InvariantCulture), known));
            else
                problems.Add(new(setting, $"\"{name}\" is no hook point", $"write layers.N. or layers.*. and one of {string.Join(", ", HookPoints.All)}"));
        }

        return problems.Count == before ? new HookPatterns(setting, found) : null;
    }

    /// <summary>The hooks of a model that are meant, each once, in the order in which it computes them.</summary>
    /// <param name="layers">How many layers the model has.</param>
    /// <exception cref="SettingsException">A layer is named that it does not have.</exception>
    public IReadOnlyList<Hook> In(int layers)
    {
        var problems = _patterns.Where(p => p.Layer >= layers)
            .Select(p => new SettingProblem(_setting, $"{new Hook(p.Layer!.Value, p.Point)} is not in the model", $"its layers are 0 to {layers - 1}"))
            .ToArray();
        if (problems.Length > 0)
            throw new SettingsException(problems);
        return
        [
            .. Enumerable.Range(0, layers)
                .SelectMany(layer => Enum.GetValues<HookPoint>().Select(point => new Hook(layer, point)))
                .Where(hook => _patterns.Any(p => p.Point == hook.Point && (p.Layer is null || p.Layer == hook.Layer))),
        ];
    }
}
