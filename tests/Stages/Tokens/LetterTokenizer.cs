using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

/// <summary>A token for each byte of each character in UTF-8, white space dropped: spans that are equal, and gaps between spans.</summary>
internal sealed class LetterTokenizer : ITokenizer
{
    public int VocabularySize => 256;

    public void Encode(ReadOnlySpan<char> text, TokenSpans into)
    {
        var at = 0;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (!System.Text.Rune.IsWhiteSpace(rune))
            {
                foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    into.Add(value, at, at + rune.Utf16SequenceLength);
                }
            }

            at += rune.Utf16SequenceLength;
        }
    }
}
