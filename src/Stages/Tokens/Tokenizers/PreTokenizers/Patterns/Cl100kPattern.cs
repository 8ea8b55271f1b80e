using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary>
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>:
/// cl100k, Llama 3, OLMo 2; with single digits Qwen 2 and 3.
/// </summary>
/// <param name="contractions">How contractions may be written.</param>
/// <param name="digits">Greatest number of digits in a piece.</param>
internal sealed class Cl100kPattern(Contractions contractions, int digits) : ISplitter
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
        if ((found & CharacterClass.Letter) != 0)
        {
            return Scan.Run(text, at, CharacterClass.Letter);
        }

        if ((found & CharacterClass.Number) != 0)
        {
            return Scan.Run(text, at, CharacterClass.Number, digits);
        }

        if (text[at] == '\'' && ContractionScan.Skip(text, at, contractions) is var after && after > at)
        {
            return after;
        }

        var second = at + Scan.Width(text, at);
        var next = second < text.Length ? Scan.ClassAt(text, second) : (byte)0;
        if ((found & CharacterClass.Newline) == 0 && (next & CharacterClass.Letter) != 0)
        {
            return Scan.Run(text, second, CharacterClass.Letter);
        }

        if ((found & CharacterClass.Other) != 0 || (text[at] == ' ' && (next & CharacterClass.Other) != 0))
        {
            return Scan.Run(text, Scan.Run(text, second, CharacterClass.Other), CharacterClass.Newline);
        }

        return Scan.BlankOrLines(text, at);
    }
}
