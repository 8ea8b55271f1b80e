namespace Emergence.Demo.Corpus;

/// <summary>
/// The corpus's part-of-speech tags, reduced to their base. In this order:
/// <list type="number">
/// <item>the prefix <c>fw-</c> (a foreign word) is dropped: the rest is the tag the word would have in English;</item>
/// <item>of a combined tag (<c>pps+bez</c>, "he's") the first part stays: the word that the rest leans on;</item>
/// <item>the suffixes <c>-tl</c> (title), <c>-hl</c> (headline) and <c>-nc</c> (cited word), also cut short, are dropped;</item>
/// <item>the <c>*</c> of a contracted negation (<c>md*</c>, "can't") is dropped; a lone <c>*</c> ("not") is a tag of its own;</item>
/// <item><c>$</c> stays: genitives (<c>np$</c>) and possessives (<c>pp$</c>) are tags of their own in the corpus's manual.</item>
/// </list>
/// Punctuation has its tags too. <c>nil</c>, on words the annotators left undecided, counts as no tag in every facet.
/// </summary>
internal static class BrownTag
{
    /// <summary>The tag of words without one.</summary>
    public const string None = "nil";

    private static readonly Dictionary<string, string> s_descriptions = new(StringComparer.Ordinal)
    {
        ["'"] = "apostrophe", ["''"] = "closing quotation mark", ["("] = "opening parenthesis", [")"] = "closing parenthesis",
        ["*"] = "not", [","] = "comma", ["--"] = "dash", ["."] = "sentence end", [":"] = "colon", ["``"] = "opening quotation mark",
        ["abl"] = "pre-qualifier (quite, rather)", ["abn"] = "pre-quantifier (half, all)", ["abx"] = "pre-quantifier (both)",
        ["ap"] = "post-determiner (many, next)", ["ap$"] = "post-determiner, genitive", ["at"] = "article",
        ["be"] = "be", ["bed"] = "were", ["bedz"] = "was", ["beg"] = "being", ["bem"] = "am", ["ben"] = "been", ["ber"] = "are", ["bez"] = "is",
        ["cc"] = "coordinating conjunction", ["cd"] = "cardinal number", ["cd$"] = "cardinal number, genitive", ["cs"] = "subordinating conjunction",
        ["do"] = "do", ["dod"] = "did", ["doz"] = "does",
        ["dt"] = "singular determiner (this, that)", ["dt$"] = "singular determiner, genitive", ["dti"] = "determiner (some, any)",
        ["dts"] = "plural determiner (these, those)", ["dtx"] = "double conjunction (either, neither)", ["ex"] = "existential there",
        ["hv"] = "have", ["hvd"] = "had", ["hvg"] = "having", ["hvn"] = "had (participle)", ["hvz"] = "has",
        ["in"] = "preposition", ["jj"] = "adjective", ["jj$"] = "adjective, genitive", ["jjr"] = "comparative adjective",
        ["jjs"] = "adjective, superlative in sense", ["jjt"] = "superlative adjective", ["md"] = "modal verb", [None] = "no tag",
        ["nn"] = "singular noun", ["nn$"] = "singular noun, genitive", ["nns"] = "plural noun", ["nns$"] = "plural noun, genitive",
        ["np"] = "proper noun", ["np$"] = "proper noun, genitive", ["nps"] = "plural proper noun", ["nps$"] = "plural proper noun, genitive",
        ["nr"] = "adverbial noun (home, west)", ["nr$"] = "adverbial noun, genitive", ["nrs"] = "plural adverbial noun", ["od"] = "ordinal number",
        ["pn"] = "nominal pronoun (everybody)", ["pn$"] = "nominal pronoun, genitive", ["pp$"] = "possessive determiner (my, your)",
        ["pp$$"] = "possessive pronoun (mine, yours)", ["ppl"] = "singular reflexive pronoun", ["ppls"] = "plural reflexive pronoun",
        ["ppo"] = "object pronoun", ["pps"] = "third-person singular subject pronoun", ["ppss"] = "other subject pronoun",
        ["ql"] = "qualifier (very, fairly)", ["qlp"] = "post-qualifier (enough, indeed)", ["rb"] = "adverb", ["rb$"] = "adverb, genitive",
        ["rbr"] = "comparative adverb", ["rbt"] = "superlative adverb", ["rn"] = "nominal adverb (here, then)", ["rp"] = "adverb particle (off, up)",
        ["to"] = "infinitive marker to", ["uh"] = "interjection",
        ["vb"] = "verb, base form", ["vbd"] = "verb, past tense", ["vbg"] = "verb, present participle", ["vbn"] = "verb, past participle", ["vbz"] = "verb, third-person singular",
        ["wdt"] = "wh- determiner", ["wp$"] = "possessive wh- pronoun", ["wpo"] = "object wh- pronoun", ["wps"] = "subject wh- pronoun",
        ["wql"] = "wh- qualifier (how)", ["wrb"] = "wh- adverb",
    };

    private static readonly HashSet<string> s_tags = new(s_descriptions.Keys, StringComparer.Ordinal);

    /// <summary>Gives the base of a tag.</summary>
    /// <param name="tag">The tag as the corpus has it.</param>
    /// <returns>The base tag; null when it is not in the corpus's tag set.</returns>
    public static string? BaseOf(string tag)
    {
        var text = tag.StartsWith("fw-", StringComparison.Ordinal) ? tag[3..] : tag;
        text = text.Split('+')[0];
        var dash = text.StartsWith("--", StringComparison.Ordinal) ? 2 : text.IndexOf('-', StringComparison.Ordinal);
        if (dash >= 0)
        {
            text = text[..dash];
        }

        if (text.Length > 1)
        {
            text = text.TrimEnd('*');
        }

        // The table's own string, so that a million words share some ninety.
        return s_tags.TryGetValue(text, out var known) ? known : null;
    }

    /// <summary>What a base tag means.</summary>
    /// <param name="baseTag">A base tag.</param>
    /// <returns>A few words for a person.</returns>
    public static string Describe(string baseTag) => s_descriptions[baseTag];
}
