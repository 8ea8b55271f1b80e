namespace Emergence.Stages.Tokens.Tokenizers.Normalizers;

/// <summary>Replaces a text by another wherever it stands; the other counts as the last character of what it replaces.</summary>
/// <param name="pattern">The text to be replaced, not empty.</param>
/// <param name="content">What it becomes.</param>
internal sealed class ReplaceNormalizer(string pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public bool Apply(AlignedText from, int start, int end, AlignedText into)
    {
        var next = from.Chars[start..end].IndexOf(pattern);
        if (next < 0)
        {
            return false;
        }

        if (pattern.Length == 1 && content.Length == 1)
        {
            into.AppendReplacing(from, start, end, pattern[0], content[0]);
            return true;
        }

        var at = start;
        while (next >= 0)
        {
            into.Append(from, at, at + next);
            at += next + pattern.Length;
            var last = char.IsLowSurrogate(pattern[^1]) ? at - 2 : at - 1;
            into.Append(content, from.StartOf(last), from.EndOf(at - 1));
            next = from.Chars[at..end].IndexOf(pattern);
        }

        into.Append(from, at, end);
        return true;
    }
}
