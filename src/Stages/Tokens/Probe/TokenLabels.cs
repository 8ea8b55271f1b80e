namespace Emergence.Stages.Tokens.Probe;

/// <summary>
/// Carries labels of characters over to tokens: a token has the category of the span that covers most of its characters, white
/// space not counted; of spans that cover equally many, the earlier one's. A token that no span touches has none.
/// </summary>
internal static class TokenLabels
{
    /// <summary>Labels tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="spans">Labelled characters in order, none overlapping another.</param>
    /// <returns><c>[tokens.Count]</c>: categories, −1 for none.</returns>
    public static short[] Of(ReadOnlySpan<char> text, TokenSpans tokens, IReadOnlyList<LabelSpan> spans)
    {
        var labels = new short[tokens.Count];
        var first = 0;
        for (var t = 0; t < labels.Length; t++)
        {
            var (start, end) = (tokens.Starts[t], tokens.Ends[t]);

            // Starts of tokens never descend, so a span that ends before this token touches no later one.
            while (first < spans.Count && spans[first].End <= start)
            {
                first++;
            }

            var (best, most) = ((short)-1, 0);
            for (var s = first; s < spans.Count && spans[s].Start < end; s++)
            {
                var from = Math.Max(start, spans[s].Start);
                var covered = Characters(text[from..Math.Max(from, Math.Min(end, spans[s].End))]);
                if (covered > most)
                {
                    (best, most) = (spans[s].Category, covered);
                }
            }

            labels[t] = best;
        }

        return labels;
    }

    private static int Characters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var unit in text)
        {
            // Of a surrogate pair one unit counts.
            count += char.IsWhiteSpace(unit) || char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return count;
    }
}
