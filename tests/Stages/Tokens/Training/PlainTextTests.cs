using System.Text;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Stages.Tests.Tokens.Training;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("short", new[] { "short" })]
    [InlineData("0123456789abcdef", new[] { "0123456789abcdef" })]
    [InlineData("0123456789\nabcdefgh", new[] { "0123456789\n", "abcdefgh" })]
    [InlineData("0123456789 abcdefgh", new[] { "0123456789 ", "abcdefgh" })]
    [InlineData("0\n23456789abcdefgh", new[] { "0\n23456789abcde", "fgh" })]
    [InlineData("\uFEFFshort", new[] { "short" })]
    public void A_text_is_cut_at_its_lines_else_at_spaces_else_between_characters(string text, string[] documents) => Assert.Equal(documents, Cut(text));

    [Fact]
    public void Documents_in_a_row_are_the_text_and_characters_stay_whole()
    {
        var random = new Random(5);
        var letters = new[] { "a", "é", "漢", "🎉", " ", "\n" };
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(120)).Select(_ => letters[random.Next(i % 3 == 0 ? 4 : 6)]));
            var documents = Cut(text);
            Assert.Equal(text, string.Concat(documents));
            Assert.All(documents, d => Assert.InRange(Encoding.UTF8.GetByteCount(d), 1, 16));
        }
    }

    [Fact]
    public void The_line_of_bytes_that_are_not_utf8_is_found_beyond_the_first_cut()
    {
        var bytes = Encoding.UTF8.GetBytes("0123456789\n0123456789\n0123\n0123\n");
        bytes[^2] = 0xC3;
        var bad = new List<long>();
        PlainText.Cut(new MemoryStream(bytes), new byte[17], (_, _, line) => bad.Add(line));
        Assert.Equal([0L, 0L, 4L], bad);
    }

    private static string[] Cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var documents = new List<string>();
        PlainText.Cut(new MemoryStream(bytes), new byte[17], (start, document, bad) =>
        {
            Assert.Equal(0, bad);
            Assert.Equal(document.ToArray(), bytes[(int)start..(int)(start + document.Length)]);
            documents.Add(Encoding.UTF8.GetString(document.Span));
        });
        return [.. documents];
    }
}
