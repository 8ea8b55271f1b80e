namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary>Finds <see cref="Contractions"/>.</summary>
internal static class ContractionScan
{
    private const char LongS = '\u017F';

    /// <summary>Passes over a contraction.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where it may begin, at most the text's length.</param>
    /// <param name="kind">How it may be written.</param>
    /// <returns>The position after it; <paramref name="at"/> when there is none.</returns>
    public static int Skip(ReadOnlySpan<char> text, int at, Contractions kind)
    {
        if (at + 1 >= text.Length || text[at] != '\'' || kind == Contractions.None)
        {
            return at;
        }

        var second = at + 2 < text.Length ? Fold(text[at + 2], kind) : '\0';
        return (Fold(text[at + 1], kind), second) switch
        {
            ('s' or 't' or 'm' or 'd', _) => at + 2,
            ('r' or 'v', 'e') or ('l', 'l') => at + 3,
            _ => at,
        };
    }

    private static char Fold(char unit, Contractions kind) => kind switch
    {
        Contractions.LowerCase => unit,
        Contractions.AnyCase when unit == LongS => 's',
        _ => char.IsAsciiLetterUpper(unit) ? (char)(unit | 0x20) : unit,
    };
}
