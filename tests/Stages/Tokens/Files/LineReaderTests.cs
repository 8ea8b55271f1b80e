using System.Text;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tests.Tokens.Files;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\nb\n\nc", new[] { "a", "b", "", "c" })]
    [InlineData("\uFEFFa\n\uFEFFb", new[] { "a", "\uFEFFb" })]
    [InlineData("\n\r\n", new[] { "", "" })]
    [InlineData("\uFEFF", new string[0])]
    [InlineData("a\0b\rc\r", new[] { "a\0b\rc" })]
    public void Lines_are_those_of_the_text(string text, string[] lines) => Assert.Equal(lines, Read(Encoding.UTF8.GetBytes(text), 100).Select(l => l.Text));

    [Fact]
    public void Starts_and_ends_are_the_lines_places_in_the_file_whatever_their_length()
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, 2000).Select(_ => new string('x', random.Next(3) == 0 ? random.Next(90_000) : random.Next(40))).ToArray();
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var read = Read(bytes, 100_000);
        Assert.Equal(lines, read.Select(l => l.Text));
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(n => (long)n), read.Select(l => l.Number));
        Assert.All(read, l => Assert.Equal(l.Text, Encoding.UTF8.GetString(bytes[(int)l.Start..(int)l.End]).TrimEnd('\n')));
        Assert.Equal(bytes.Length, read[^1].End);
    }

    [Fact]
    public void A_line_that_is_too_long_ends_the_reading_and_has_its_number()
    {
        foreach (var ending in new[] { "", "\n", "\nmore" })
        {
            var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes("a\n" + new string('b', 100_001) + ending)), 100_000);
            Assert.True(reader.Next());
            Assert.False(reader.Next());
            Assert.True(reader.TooLong);
            Assert.Equal(2, reader.Number);
            Assert.False(reader.Next());
        }
    }

    private static List<(string Text, long Number, long Start, long End)> Read(byte[] bytes, int longest)
    {
        var reader = new LineReader(new MemoryStream(bytes), longest);
        var lines = new List<(string, long, long, long)>();
        while (reader.Next())
        {
            lines.Add((Encoding.UTF8.GetString(reader.Line.Span), reader.Number, reader.Start, reader.End));
        }

        Assert.False(reader.TooLong);
        return lines;
    }
}
