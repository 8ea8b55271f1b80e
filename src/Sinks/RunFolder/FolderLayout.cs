using System.Globalization;

namespace Emergence.Sinks.RunFolder;

/// <summary>Names in a run folder.</summary>
internal static class FolderLayout
{
    public const string Commit = "commit.json";
    public const string State = "state";
    public const string Lock = ".lock";
    public const string LockHolder = ".lock-holder";
    public const string Temporary = ".tmp-";
    private const string Step = "step-";

    /// <summary><c>step-0000000512</c>: sorts by step up to ten digits.</summary>
    public static string StepFolder(long step) => $"{Step}{step:D10}";

    /// <summary>The committed steps in a run folder, ascending.</summary>
    public static IReadOnlyList<long> Steps(string folder) => [.. Directory.EnumerateDirectories(folder, Step + "*")
        .Select(path => Path.GetFileName(path))
        .Where(name => long.TryParse(name.AsSpan(Step.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) && StepFolder(step) == name)
        .Select(name => long.Parse(name.AsSpan(Step.Length), NumberStyles.None, CultureInfo.InvariantCulture))
        .Order()];
}
