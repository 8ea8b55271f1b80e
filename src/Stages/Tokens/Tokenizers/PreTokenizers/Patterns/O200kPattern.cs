using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary>
/// <c>[^\r\n\p{L}\p{N}]?U*L+C?|[^\r\n\p{L}\p{N}]?U+L*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c> with
/// U = <c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]</c>, L = <c>[\p{Ll}\p{Lm}\p{Lo}\p{M}]</c> and C the contractions: o200k, which cuts where a
/// new capitalized word begins; with single digits and without contractions Mistral Nemo's.
/// </summary>
/// <param name="contractions">How contractions may be written.</param>
/// <param name="digits">Greatest number of digits in a piece.</param>
internal sealed class O200kPattern(Contractions contractions, int digits) : ISplitter
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

    private int Next(ReadOnlySpan<char> text, int at)
    {
        var found = Scan.ClassAt(text, at);
        if ((found & CharacterClass.Number) != 0)
        {
            return Scan.Run(text, at, CharacterClass.Number, digits);
        }

        var second = at + Scan.Width(text, at);
        var lead = (found & (CharacterClass.Letter | CharacterClass.Newline)) == 0;
        var word = -1;
        if (lead)
        {
            word = EndsLower(text, second);
        }

        if (word < 0)
        {
            word = EndsLower(text, at);
        }

        if (word < 0 && lead)
        {
            word = BeginsUpper(text, second);
        }

        if (word < 0)
        {
            word = BeginsUpper(text, at);
        }

        if (word >= 0)
        {
            return ContractionScan.Skip(text, word, contractions);
        }

        if ((found & CharacterClass.Other) != 0 || (text[at] == ' ' && second < text.Length && (Scan.ClassAt(text, second) & CharacterClass.Other) != 0))
        {
            var after = Scan.Run(text, second, CharacterClass.Other);
            while (after < text.Length && text[after] is '\r' or '\n' or '/')
            {
                after++;
            }

            return after;
        }

        return Scan.BlankOrLines(text, at);
    }

    // U*L+: the end of the match, -1 without one. U takes what it can and gives back until an L follows.
    private static int EndsLower(ReadOnlySpan<char> text, int at)
    {
        var upper = Scan.Run(text, at, CharacterClass.Upper);
        if (upper < text.Length && (Scan.ClassAt(text, upper) & CharacterClass.Lower) != 0)
        {
            return Scan.Run(text, upper, CharacterClass.Lower);
        }

        while (upper > at)
        {
            var last = upper - (char.IsLowSurrogate(text[upper - 1]) ? 2 : 1);
            if ((Scan.ClassAt(text, last) & CharacterClass.Lower) != 0)
            {
                return upper;
            }

            upper = last;
        }

        return -1;
    }

    // U+L*: the end of the match, -1 without one.
    private static int BeginsUpper(ReadOnlySpan<char> text, int at)
    {
        var upper = Scan.Run(text, at, CharacterClass.Upper);
        return upper == at ? -1 : Scan.Run(text, upper, CharacterClass.Lower);
    }
}
