using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Emergence.Sinks.Kafka.State;

/// <summary>Key of a message of topic <c>state</c>: a piece of a file of a layer group's run folder.</summary>
/// <param name="Run">Run name.</param>
/// <param name="Group">Layer group.</param>
/// <param name="Path">Path in the group's run folder, with <c>/</c>; a way to no other place.</param>
/// <param name="Part">Number of the piece, from 1.</param>
internal sealed record StateKey(string Run, string Group, string Path, int Part)
{
    private const int DeepestPath = 8;
    private const int LongestName = 200;

    /// <summary>Reads a key of a group, from outside.</summary>
    /// <param name="key">The key.</param>
    /// <param name="run">Run name.</param>
    /// <param name="group">Layer group.</param>
    /// <param name="parsed">What it names.</param>
    /// <returns>Whether it is a key of that group.</returns>
    public static bool TryParse(string? key, string run, string group, [NotNullWhen(true)] out StateKey? parsed)
    {
        parsed = null;
        var prefix = $"{run}/{group}/";
        if (key?.StartsWith(prefix, StringComparison.Ordinal) != true || key.LastIndexOf('#') is var mark && mark <= prefix.Length)
        {
            return false;
        }

        var path = key[prefix.Length..mark];
        if (!IsPath(path) || !int.TryParse(key.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var part) || part < 1)
        {
            return false;
        }

        parsed = new StateKey(run, group, path, part);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Run}/{Group}/{Path}#{Part}";

    private static bool IsPath(string path)
    {
        var names = path.Split('/');
        return names.Length <= DeepestPath && names.All(n => n.Length is > 0 and <= LongestName && n is not ("." or "..") && !n.Any(c => char.IsControl(c) || c is '\\' or ':'));
    }
}
