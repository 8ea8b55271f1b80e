namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>
/// The characters that byte-level vocabularies write bytes as: printable ones of Latin-1 as themselves, the others in
/// order from U+0100 on (Radford et al. 2019), so that a space is <c>Ġ</c> and a line feed <c>Ċ</c>.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_chars = Build();

    /// <summary>The character of a byte.</summary>
    /// <param name="value">The byte.</param>
    public static char CharOf(byte value) => s_chars[value];

    private static char[] Build()
    {
        var chars = new char[256];
        var next = '\u0100';
        for (var value = 0; value < chars.Length; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xFF and not 0xAD);
            chars[value] = printable ? (char)value : next++;
        }

        return chars;
    }
}
