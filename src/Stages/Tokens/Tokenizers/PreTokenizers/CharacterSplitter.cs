using System.Text;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Finds single characters of a kind.</summary>
/// <param name="isMatch">Whether a code point is of the kind.</param>
internal sealed class CharacterSplitter(Func<int, bool> isMatch) : ISplitter
{
    /// <inheritdoc/>
    public bool CoversAll => false;

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, int start, int end, SpanList matches)
    {
        for (var at = start; at < end;)
        {
            Rune.DecodeFromUtf16(text[at..end], out var rune, out var width);
            if (isMatch(rune.Value))
            {
                matches.Add(at, at + width);
            }

            at += width;
        }
    }
}
