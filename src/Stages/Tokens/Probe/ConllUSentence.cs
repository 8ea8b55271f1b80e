namespace Emergence.Stages.Tokens.Probe;

/// <summary>Puts a sentence of CoNLL-U together: its text and what each part of it carries.</summary>
internal static class ConllUSentence
{
    /// <summary>Makes a sentence.</summary>
    /// <param name="builder">Knows the facets and takes what is wrong.</param>
    /// <param name="words">The words and tokens of several words, in order.</param>
    /// <param name="text">The sentence as <c># text</c> has it; null when it is not there.</param>
    /// <param name="textLine">The line of that.</param>
    /// <returns>The sentence; null with a problem when its text does not hold its words.</returns>
    public static DocumentDraft? Make(ProbeBuilder builder, List<ConllUWord> words, string? text, long textLine)
    {
        var draft = new DocumentDraft();
        if (text is not null)
        {
            draft.Append(text);
        }

        var at = 0;
        for (var w = 0; w < words.Count;)
        {
            var token = words[w];
            if (text is null)
            {
                draft.Append(w > 0 && at > draft.Length ? " " : "");
                at = draft.Length;
                draft.Append(token.Form);
            }
            else
            {
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                if (!text.AsSpan(at).StartsWith(token.Form, StringComparison.Ordinal))
                {
                    builder.Problems.Add($"line {token.Line}", $"'{token.Form}' is not what follows in the sentence's # text on line {textLine}");
                    return null;
                }
            }

            var parts = token.IsRange ? token.Last - token.First + 1 : 0;
            Label(builder, draft, words.GetRange(w + (parts > 0 ? 1 : 0), Math.Max(1, parts)), token.Form, at);

            // Beyond the end when a space is due before the next token.
            at += token.Form.Length + (text is null && token.SpaceAfter ? 1 : 0);
            w += 1 + parts;
        }

        if (text is null || text.AsSpan(at).Trim().IsEmpty)
        {
            return draft;
        }

        builder.Problems.Add($"line {textLine}", "the sentence's # text goes on after its last word");
        return null;
    }

    // Words that are written in a token one after the other ("do" and "n't" in "don't") label their own characters; where they
    // are not ("de" and "le" in "du"), the token has what all its words agree in.
    private static void Label(ProbeBuilder builder, DocumentDraft draft, List<ConllUWord> words, string form, int start)
    {
        var split = string.Concat(words.Select(w => w.Form)).Equals(form, StringComparison.OrdinalIgnoreCase);
        for (var f = 0; f < ConllUProbe.Facets.Length; f++)
        {
            var at = start;
            foreach (var word in split ? words : words.Take(words.All(w => w.Labels[f] == words[0].Labels[f]) ? 1 : 0))
            {
                var end = split ? at + word.Form.Length : start + form.Length;
                var place = $"line {word.Line}";
                if (word.Labels[f] is { } label && builder.Facets.Find(ConllUProbe.Facets[f].Name, FacetKind.Token, place) is var facet and >= 0
                    && builder.Facets.Category(facet, label, place, ConllUProbe.Facets[f].Name) is var category and >= 0)
                {
                    draft.Label(facet, new LabelSpan(at, end, category));
                }

                at = end;
            }
        }
    }
}
