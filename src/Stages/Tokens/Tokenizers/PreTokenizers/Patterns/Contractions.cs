namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;

/// <summary>The English endings 's, 't, 're, 've, 'm, 'll and 'd.</summary>
internal enum Contractions
{
    /// <summary>Not treated.</summary>
    None,

    /// <summary>As they are written here: <c>'s|'t|'re|'ve|'m|'ll|'d</c>.</summary>
    LowerCase,

    /// <summary>In upper and lower case of ASCII: <c>'[sS]|'[tT]|…</c>.</summary>
    AsciiCases,

    /// <summary>In any case: <c>(?i:'s|'t|…)</c>, by which ſ (U+017F) is an s.</summary>
    AnyCase,
}
