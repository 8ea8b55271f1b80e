using System.Globalization;
using System.Text;

namespace Emergence.Stages.Tokens.Tokenizers.Unicode;

/// <summary>
/// The classes of characters that the published pre-tokenizer patterns tell apart, one bit each, so that a scanner asks one
/// table per character. They are the general categories of Unicode 16, which both this runtime and the reference have; a
/// test compares every code point.
/// </summary>
internal static class CharacterClass
{
    /// <summary><c>\p{L}</c>.</summary>
    public const byte Letter = 1;

    /// <summary><c>\p{N}</c>.</summary>
    public const byte Number = 2;

    /// <summary><c>\s</c>.</summary>
    public const byte Space = 4;

    /// <summary><c>[\r\n]</c>; these are <see cref="Space"/> too.</summary>
    public const byte Newline = 8;

    /// <summary><c>[^\s\p{L}\p{N}]</c>.</summary>
    public const byte Other = 16;

    /// <summary><c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]</c>.</summary>
    public const byte Upper = 32;

    /// <summary><c>[\p{Ll}\p{Lm}\p{Lo}\p{M}]</c>.</summary>
    public const byte Lower = 64;

    /// <summary>A surrogate: the class is that of the pair. Never together with another bit.</summary>
    public const byte Surrogate = 128;

    private static readonly byte[] s_units = Build();

    /// <summary>Class of each UTF-16 code unit, <c>[65536]</c>.</summary>
    public static ReadOnlySpan<byte> Units => s_units;

    /// <summary>Class of a code point.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    public static byte Of(int codePoint)
    {
        if (codePoint is '\r' or '\n')
        {
            return Space | Newline;
        }

        switch (CharUnicodeInfo.GetUnicodeCategory(codePoint))
        {
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter:
                return Letter | Upper;
            case UnicodeCategory.LowercaseLetter:
                return Letter | Lower;
            case UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter:
                return Letter | Upper | Lower;
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark:
                return Other | Upper | Lower;
            case UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber:
                return Number;
            case UnicodeCategory.Surrogate:
                return Surrogate;
            default:
                return Rune.IsWhiteSpace(new Rune(codePoint)) ? Space : Other;
        }
    }

    /// <summary>Class of the surrogate pair that begins at a position.</summary>
    /// <param name="text">Text without half pairs.</param>
    /// <param name="at">Position of the high surrogate.</param>
    public static byte OfPair(ReadOnlySpan<char> text, int at) => Of(char.ConvertToUtf32(text[at], text[at + 1]));

    private static byte[] Build()
    {
        var classes = new byte[char.MaxValue + 1];
        for (var unit = 0; unit < classes.Length; unit++)
        {
            classes[unit] = Of(unit);
        }

        return classes;
    }
}
