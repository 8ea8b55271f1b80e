using System.Globalization;
using System.Text;

namespace Emergence.Stages.Tokens.Tokenizers.Unicode;

/// <summary>
/// Classes of characters that only the less frequent pre-tokenizers ask for, as the tokenizers library 0.23 has them. Where
/// its Unicode data is of another version than this runtime's (16), the difference is written here; a test compares every code point.
/// </summary>
internal static class WordCharacters
{
    // Its punctuation is that of Unicode 8, with two characters that were reclassified since.
    private const string LaterPunctuation =
        "061D 09FD 0A76 0C77 0C84 1B4E-1B4F 1B7D-1B7F 2E43-2E4F 2E52-2E5D 10D6E 10EAD 10F55-10F59 10F86-10F89 113D4-113D5 113D7-113D8 " +
        "1144B-1144F 1145A-1145B 1145D 11660-1166C 116B9 1183B 11944-11946 119E2 11A3F-11A46 11A9A-11A9C 11A9E-11AA2 11B00-11B09 11BE1 11C41-11C45 11C70-11C71 " +
        "11EF7-11EF8 11F43-11F4F 11FFF 12FF1-12FF2 16D6D-16D6F 16E97-16E9A 16FE2 1E5FF 1E95E-1E95F";

    private static readonly HashSet<int> s_laterPunctuation = Parse(LaterPunctuation);

    /// <summary>Whether a code point is in <c>\w</c>: alphabetic, a mark, a decimal digit, a connector or a joiner.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    public static bool IsWord(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
    {
        <= UnicodeCategory.OtherLetter => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.OtherSymbol => codePoint is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        _ => codePoint is 0x200C or 0x200D,
    };

    /// <summary>Whether a code point is white space.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    public static bool IsSpace(int codePoint) => Rune.IsWhiteSpace(new Rune(codePoint));

    /// <summary>Whether a code point is a number of any kind (Unicode 17).</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    public static bool IsNumeric(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
    {
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        _ => codePoint is (>= 0x11DE0 and <= 0x11DE9) or (>= 0x16FF4 and <= 0x16FF6),
    };

    /// <summary>Whether a code point is punctuation: any printable ASCII character but letters and digits, or of the category P in Unicode 8.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    public static bool IsPunctuation(int codePoint)
    {
        if (codePoint < 128)
        {
            return codePoint is > ' ' and < 127 && !char.IsAsciiLetterOrDigit((char)codePoint);
        }

        var punctuation = CharUnicodeInfo.GetUnicodeCategory(codePoint) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;
        return punctuation ? !s_laterPunctuation.Contains(codePoint) : codePoint is 0x166D or 0x111C9;
    }

    /// <summary>Lower case of a code point (Unicode 17).</summary>
    /// <param name="codePoint">A Unicode scalar value other than U+0130, the only one that becomes two.</param>
    public static int Lower(int codePoint) => codePoint switch
    {
        0xA7CE or 0xA7D2 or 0xA7D4 => codePoint + 1,
        >= 0x16EA0 and <= 0x16EB8 => codePoint + 0x1B,
        _ => Rune.ToLowerInvariant(new Rune(codePoint)).Value,
    };

    private static HashSet<int> Parse(string ranges)
    {
        var set = new HashSet<int>();
        foreach (var range in ranges.Split(' '))
        {
            var ends = range.Split('-');
            var last = int.Parse(ends[^1], NumberStyles.HexNumber);
            for (var codePoint = int.Parse(ends[0], NumberStyles.HexNumber); codePoint <= last; codePoint++)
            {
                set.Add(codePoint);
            }
        }

        return set;
    }
}
