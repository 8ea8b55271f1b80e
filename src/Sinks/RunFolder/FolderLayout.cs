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
    public const string Retracted = ".retracted-";
    private const string Step = "step-";

    /// <summary><c>step-0000000512</c>: sorts by step up to ten digits.</summary>
    public static string StepFolder(long step) => $"{Step}{step:D10}";

    /// <summary>The committed steps in a run folder, ascending.</summary>
    public static IReadOnlyList<long> Steps(string folder) => [.. Numbers(folder, "").Order()];

    /// <summary>
    /// The committed steps and their folders, in no order. A step whose place is just being taken by another commit lies aside
    /// for a moment and is found there.
    /// </summary>
    public static IReadOnlyDictionary<long, string> Commits(string folder)
    {
        // A step that is put aside behind the first look is met in it, one that is replaced behind the second in the third.
        var before = Numbers(folder, "").ToList();
        var aside = Numbers(folder, Retracted).ToList();
        var now = before.Concat(Numbers(folder, "")).Distinct().ToDictionary(step => step, step => Path.Combine(folder, StepFolder(step)));
        foreach (var step in aside)
        {
            now.TryAdd(step, RetractedFolder(folder, step));
        }

        return now;
    }

    /// <summary>Where a refusal lies while another commit takes its place.</summary>
    public static string RetractedFolder(string folder, long step) => Path.Combine(folder, Retracted + StepFolder(step));

    /// <summary>The refusals that lie aside.</summary>
    public static IReadOnlyList<long> RetractedSteps(string folder) => [.. Numbers(folder, Retracted).Order()];

    private static IEnumerable<long> Numbers(string folder, string before) => Directory.EnumerateDirectories(folder, before + Step + "*")
        .Select(path => Path.GetFileName(path)[before.Length..])
        .Where(name => long.TryParse(name.AsSpan(Step.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) && StepFolder(step) == name)
        .Select(name => long.Parse(name.AsSpan(Step.Length), NumberStyles.None, CultureInfo.InvariantCulture));
}
