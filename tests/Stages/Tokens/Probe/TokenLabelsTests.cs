using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Probe;

namespace Emergence.Stages.Tests.Tokens.Probe;

public sealed class TokenLabelsTests
{
    [Fact]
    public void A_token_takes_what_covers_most_of_its_characters_white_space_not_counted()
    {
        // Pieces: "ab ", "cde", " fg".
        Assert.Equal([0, 1, 1], Label("ab cde fg", (0, 2, 0), (3, 9, 1)));
        Assert.Equal([0, 1, -1], Label("ab cde fg", (0, 2, 0), (2, 5, 1)));
        Assert.Equal([-1, 0, 0], Label("ab cde fg", (5, 8, 0)));
        Assert.Equal([1, 1, -1], Label("ab cde fg", (0, 1, 1), (3, 4, 0), (4, 6, 1)));
    }

    [Fact]
    public void Of_spans_that_cover_equally_many_the_earlier_wins()
    {
        Assert.Equal([3], Label("ab", (0, 1, 3), (1, 2, 4)));
        Assert.Equal([4], Label("abc", (0, 1, 3), (1, 3, 4)));
        Assert.Equal([3], Label("🎉b", (0, 2, 3), (2, 3, 4)));
    }

    [Fact]
    public void White_space_alone_and_tokens_beside_spans_have_no_label()
    {
        Assert.Equal([-1, 0], Label("   abc", (0, 6, 0)));
        Assert.Equal([-1, -1], Label("abcdef"));
        Assert.Equal([-1, 0], Label("abcdef", (3, 6, 0)));
    }

    [Fact]
    public void Tokens_of_one_character_share_its_label_and_dropped_white_space_hurts_nothing()
    {
        const string text = "a 🎉 é";
        var tokens = new TokenSpans();
        new LetterTokenizer().Encode(text, tokens);
        Assert.Equal([-1, 0, 0, 0, 0, 1, 1], TokenLabels.Of(text, tokens, [new LabelSpan(2, 4, 0), new LabelSpan(5, 6, 1)]));
    }

    [Fact]
    public void Labels_are_those_of_the_rule_written_plainly_on_random_text()
    {
        var random = new Random(9);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => new[] { "a", "b", " ", "🎉" }[random.Next(4)]));
            var spans = new List<LabelSpan>();
            for (var at = random.Next(4); at < text.Length;)
            {
                var end = Math.Min(text.Length, at + random.Next(1, 6));
                spans.Add(new LabelSpan(at, end, (short)random.Next(3)));
                at = end + random.Next(4);
            }

            var tokens = new TokenSpans();
            ITokenizer tokenizer = random.Next(2) == 0 ? new PieceTokenizer(random.Next(1, 5)) : new LetterTokenizer();
            tokenizer.Encode(text, tokens);
            var expected = Enumerable.Range(0, tokens.Count).Select(t =>
            {
                var best = spans.Select(s => Count(text, Math.Max(s.Start, tokens.Starts[t]), Math.Min(s.End, tokens.Ends[t]))).DefaultIfEmpty(0).ToArray();
                return best.Max() == 0 ? (short)-1 : spans[Array.IndexOf(best, best.Max())].Category;
            });
            Assert.Equal(expected, TokenLabels.Of(text, tokens, spans));
        }
    }

    private static int Count(string text, int start, int end) =>
        start >= end ? 0 : text[start..end].Count(c => !char.IsWhiteSpace(c) && !char.IsLowSurrogate(c));

    private static short[] Label(string text, params (int Start, int End, int Category)[] spans)
    {
        var tokens = new TokenSpans();
        new PieceTokenizer().Encode(text, tokens);
        return TokenLabels.Of(text, tokens, [.. spans.Select(s => new LabelSpan(s.Start, s.End, (short)s.Category))]);
    }
}
