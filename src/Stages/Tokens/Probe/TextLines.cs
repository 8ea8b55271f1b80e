using System.Text;
using System.Text.Unicode;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>Reads lines of UTF-8 as strings.</summary>
internal static class TextLines
{
    /// <summary>Hands every line to a visitor; records those that are no text.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="builder">Takes what is wrong.</param>
    /// <param name="visit">Takes a line's number, from 1, and the line.</param>
    public static void Read(Stream stream, ProbeBuilder builder, Action<long, string> visit)
    {
        var lines = new LineReader(stream, TextLimits.ColumnsLine);
        while (lines.Next())
        {
            if (Utf8.IsValid(lines.Line.Span))
            {
                visit(lines.Number, Encoding.UTF8.GetString(lines.Line.Span));
            }
            else
            {
                builder.Problems.Add($"line {lines.Number}", "the text is not valid UTF-8");
            }
        }

        if (lines.TooLong)
        {
            builder.Problems.Add($"line {lines.Number}", $"the line is longer than {TextLimits.ColumnsLine} bytes; reading ended there");
        }
    }
}
