namespace Emergence.Cli.Options;

/// <summary>Settings that more than one verb takes.</summary>
internal static class CommonSettings
{
    /// <summary>The configuration file.</summary>
    public static Setting Config { get; } = Setting.Valued("config", "FILE", "JSON file with settings, each under its name without dashes; the command line and EMERGENCE_… variables come first");

    /// <summary>Machine-readable results.</summary>
    public static Setting Json { get; } = Setting.Flag("json", "print the result as JSON on standard output; progress goes to standard error");

    /// <summary>The seed.</summary>
    public static Setting Seed { get; } = Setting.Valued("seed", "N", "seed of everything random; default 0");
}
