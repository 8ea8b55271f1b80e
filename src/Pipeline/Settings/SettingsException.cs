namespace Emergence.Pipeline.Settings;

/// <summary>What was asked for cannot be done; holds every reason.</summary>
/// <param name="problems">Every reason, each with its remedy.</param>
public sealed class SettingsException(IReadOnlyList<SettingProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Every reason, each with its remedy.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}
