using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary><c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> (Radford et al. 2019).</summary>
internal sealed class Gpt2Pattern : ISplitter
{
    /// <inheritdoc/>
    public bool CoversAll => true;

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, int start, int end, SpanList matches)
    {
        var part = text[..end];
        while (start < end)
        {
            var next = Next(part, start);
            matches.Add(start, next);
            start = next;
        }
    }

    private static int Next(ReadOnlySpan<char> text, int at)
    {
        var first = at;
        var found = Scan.ClassAt(text, at);
        if (text[at] == ' ' && at + 1 < text.Length)
        {
            found = Scan.ClassAt(text, ++at);
        }
        else if (text[at] == '\'' && ContractionScan.Skip(text, at, Contractions.LowerCase) is var after && after > at)
        {
            return after;
        }

        if ((found & CharacterClass.Letter) != 0)
        {
            return Scan.Run(text, at, CharacterClass.Letter);
        }

        if ((found & CharacterClass.Space) != 0)
        {
            return Scan.Blank(text, first, Scan.Run(text, at, CharacterClass.Space));
        }

        return Scan.Run(text, at, (found & CharacterClass.Number) != 0 ? CharacterClass.Number : CharacterClass.Other);
    }
}
