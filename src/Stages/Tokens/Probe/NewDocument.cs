namespace Emergence.Stages.Tokens.Probe;

/// <summary>The comment that begins a document: <c># newdoc id = …</c>, or without the name.</summary>
internal static class NewDocument
{
    /// <summary>Reads a comment.</summary>
    /// <param name="line">The line.</param>
    /// <param name="id">The document's name; null when it gives none.</param>
    /// <returns>Whether it begins a document.</returns>
    public static bool TryRead(string line, out string? id)
    {
        id = null;
        var comment = line.AsSpan(1).Trim();
        if (!comment.StartsWith("newdoc", StringComparison.Ordinal))
        {
            return false;
        }

        comment = comment["newdoc".Length..].Trim();
        if (comment.IsEmpty)
        {
            return true;
        }

        if (Value(comment, "id") is not { } name)
        {
            return false;
        }

        id = name.Length > 0 ? name : null;
        return true;
    }

    /// <summary>The value of a comment <c>key = value</c>; null when it is another.</summary>
    /// <param name="comment">The comment without its sign.</param>
    /// <param name="key">The key.</param>
    public static string? Value(ReadOnlySpan<char> comment, string key)
    {
        comment = comment.Trim();
        if (!comment.StartsWith(key, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = comment[key.Length..].TrimStart();
        return rest.StartsWith("=", StringComparison.Ordinal) ? rest[1..].Trim().ToString() : null;
    }
}
