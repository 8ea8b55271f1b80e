using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Exit;

/// <summary>What was asked for cannot be done; holds every reason.</summary>
internal sealed class SettingsException(IReadOnlyList<SettingProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Every reason, each with its remedy.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}
