namespace Emergence.Pipeline.Announcing;

/// <summary>
/// The folder of a worker's machine below which everything lies that an announcement may name. Paths are compared as they are written: a
/// link below the folder that leads out of it was put there by whoever owns it.
/// </summary>
/// <param name="root">The folder; null for the current one, whose relative paths are then used as they are announced.</param>
internal sealed class WorkRoot(string? root)
{
    /// <summary>The setting that says it.</summary>
    public const string Setting = "--root";

    private const int LongestPath = 4096;
    private readonly string _full = Path.GetFullPath(root ?? ".");

    /// <summary>The folder in full.</summary>
    public string Folder => _full;

    /// <summary>Finds an announced path on this machine.</summary>
    /// <param name="path">The path, from outside.</param>
    /// <returns>The path here; null when it does not lie below the folder.</returns>
    public string? Find(string path)
    {
        if (!IsPath(path))
        {
            return null;
        }

        var full = Path.GetFullPath(path, _full);
        var below = Path.EndsInDirectorySeparator(_full) ? _full : _full + Path.DirectorySeparatorChar;
        return !full.StartsWith(below, StringComparison.Ordinal) && full != Path.TrimEndingDirectorySeparator(_full) ? null
            : root is null || Path.IsPathRooted(path) ? path
            : Path.Combine(root, path);
    }

    /// <summary>Whether an announced path that was not found could lie below another worker's root.</summary>
    /// <param name="path">The path, from outside.</param>
    public bool IsElsewhere(string path) => IsPath(path) && Path.IsPathRooted(path) && Find(path) is null;

    private static bool IsPath(string path) => path.Length is > 0 and <= LongestPath && !path.Any(char.IsControl);
}
