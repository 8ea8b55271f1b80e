namespace Emergence.Cli.Doctor;

/// <summary>Which native libraries this process has loaded, as the kernel tells.</summary>
internal static class LoadedLibraries
{
    /// <summary>Paths of loaded files whose name begins with one of the given beginnings, links resolved, each once.</summary>
    public static IReadOnlyList<string> Named(params string[] beginnings)
    {
        const string maps = "/proc/self/maps";
        return File.Exists(maps) ? Named(File.ReadLines(maps), beginnings) : [];
    }

    /// <summary>The same, from the lines of a maps file.</summary>
    public static IReadOnlyList<string> Named(IEnumerable<string> mapLines, params string[] beginnings) =>
        [.. mapLines
            .Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "")
            .Where(path => beginnings.Any(b => Path.GetFileName(path).StartsWith(b, StringComparison.Ordinal)))
            .Distinct()];
}
