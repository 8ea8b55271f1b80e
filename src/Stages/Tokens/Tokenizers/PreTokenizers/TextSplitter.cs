namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Finds a text.</summary>
/// <param name="pattern">The text, not empty.</param>
internal sealed class TextSplitter(string pattern) : ISplitter
{
    /// <inheritdoc/>
    public bool CoversAll => false;

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, int start, int end, SpanList matches)
    {
        for (var at = start; text[at..end].IndexOf(pattern) is var next and >= 0;)
        {
            matches.Add(at + next, at + next + pattern.Length);
            at += next + pattern.Length;
        }
    }
}
