namespace Emergence.Pipeline.Settings;

/// <summary>Something wrong with what was asked for.</summary>
/// <param name="Setting">The setting as the user writes it on the command line (<c>--k</c>), or the name of an argument (<c>DIR</c>).</param>
/// <param name="Problem">What is wrong, one clause without a full stop.</param>
/// <param name="Remedy">How to mend it, one clause without a full stop.</param>
public sealed record SettingProblem(string Setting, string Problem, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Setting}: {Problem}. {Remedy}.";
}
