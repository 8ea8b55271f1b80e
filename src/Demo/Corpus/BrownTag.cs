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

        return BrownTagSet.Find(text);
    }
}
