using System.Text;
using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Announcing;

/// <summary>Names from outside that become folders or files: one part of a path, never a way to another place.</summary>
public static class PathPart
{
    /// <summary>Says what is wrong with a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The problem, one clause; null when it is one part of a path on every system.</returns>
    public static string? Problem(string name) =>
        name.Length == 0 ? "is empty"
        : name is "." or ".." ? "is a way to another folder"
        : name.AsSpan().IndexOfAny("/\\:") >= 0 ? "has a separator of paths"
        : name.Any(char.IsControl) ? "has control characters"
        : Encoding.UTF8.GetByteCount(name) > WatchLimits.MaxRunNameLength ? $"is longer than {WatchLimits.MaxRunNameLength} bytes"
        : null;
}
