using System.Text;
using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.Normalizers;

/// <summary>Lower case, character by character and independent of language.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    private const int CapitalIWithDot = 0x130;

    /// <inheritdoc/>
    public bool Apply(AlignedText from, int start, int end, AlignedText into)
    {
        var chars = from.Chars;
        for (var at = start; at < end;)
        {
            Rune.DecodeFromUtf16(chars[at..end], out var rune, out var width);
            var first = from.StartOf(at);
            var last = from.EndOf(at + width - 1);
            if (rune.Value == CapitalIWithDot)
            {
                into.Append("i\u0307", first, last);
            }
            else
            {
                into.AppendCodePoint(WordCharacters.Lower(rune.Value), first, last);
            }

            at += width;
        }

        return true;
    }
}
