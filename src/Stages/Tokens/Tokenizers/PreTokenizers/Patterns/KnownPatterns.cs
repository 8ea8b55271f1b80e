namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary>
/// The regular expressions that tokenizers are published with, each with the scanner that does the same. A pattern that is
/// not here is refused: an engine of other rules (.NET's sees no letter beyond the first Unicode plane) would cut differently.
/// </summary>
internal static class KnownPatterns
{
    private const string Lines = @"|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string AnyCase = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string AnyCaseShort = "'(?i:[sdmt]|ll|ve|re)";
    private const string AsciiCases = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    private const string Words = @"|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Signs = @"| ?[^\s\p{L}\p{N}]+[\r\n]*";
    private const string SignsOrSlash = @"| ?[^\s\p{L}\p{N}]+[\r\n/]*";
    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string Lead = @"[^\r\n\p{L}\p{N}]?";

    private static readonly Dictionary<string, Func<ISplitter>> s_known = Build();

    /// <summary>The scanner of a pattern.</summary>
    /// <param name="pattern">The pattern as it is written.</param>
    /// <returns>The scanner; null for a pattern that is not known.</returns>
    public static ISplitter? Find(string pattern) => s_known.TryGetValue(pattern, out var make) ? make() : null;

    private static Dictionary<string, Func<ISplitter>> Build()
    {
        var known = new Dictionary<string, Func<ISplitter>>(StringComparer.Ordinal);
        foreach (var endings in new[] { "'s|'t|'re|'ve|'m|'ll|'d", "'(?:[sdmt]|ll|ve|re)" })
        {
            known.Add(endings + @"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", () => new Gpt2Pattern());
        }

        foreach (var (digits, most) in new[] { (@"\p{N}{1,3}", 3), (@"\p{N}", 1) })
        {
            foreach (var (endings, kind) in new[] { (AnyCase, Contractions.AnyCase), (AnyCaseShort, Contractions.AnyCase), (AsciiCases, Contractions.AsciiCases) })
            {
                known.Add(endings + Words + digits + Signs + Lines, () => new Cl100kPattern(kind, most));
                var end = endings + "?";
                known.Add($"{Lead}{Upper}*{Lower}+{end}|{Lead}{Upper}+{Lower}*{end}|{digits}{SignsOrSlash}{Lines}", () => new O200kPattern(kind, most));
            }

            known.Add($"{Lead}{Upper}*{Lower}+|{Lead}{Upper}+{Lower}*|{digits}{SignsOrSlash}{Lines}", () => new O200kPattern(Contractions.None, most));
        }

        return known;
    }
}
