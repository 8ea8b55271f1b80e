using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>Reads a probe text in JSON lines; each line has <c>text</c> or words in <c>tokens</c>.</summary>
/// <param name="builder">Takes the documents.</param>
internal sealed class JsonProbe(ProbeBuilder builder)
{
    private readonly JsonWordsProbe _words = new(builder);
    private readonly JsonTextProbe _text = new(builder);

    /// <summary>Reads the lines.</summary>
    /// <param name="stream">The text.</param>
    public void Read(Stream stream)
    {
        var lines = new LineReader(stream, TextLimits.JsonLine);
        while (lines.Next())
        {
            ReadLine(lines.Line, lines.Number);
        }

        if (lines.TooLong)
        {
            builder.Problems.Add($"line {lines.Number}", $"the line is longer than {TextLimits.JsonLine} bytes; reading ended there");
        }
    }

    private void ReadLine(ReadOnlyMemory<byte> line, long number)
    {
        var place = $"line {number}";
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            builder.Problems.Add(place, "empty line");
            return;
        }

        try
        {
            using var document = StrictJson.Parse(line);
            var item = document.RootElement;
            if (item.ValueKind != JsonValueKind.Object)
            {
                builder.Problems.Add(place, $"a JSON object is expected, not {StrictJson.Name(item.ValueKind)}");
            }
            else if (!item.TryGetProperty("text", out _))
            {
                _words.Read(item, number);
            }
            else if (item.TryGetProperty("tokens", out _))
            {
                builder.Problems.Add(place, "it has both 'text' and 'tokens'");
            }
            else
            {
                _text.Read(item, number);
            }
        }
        catch (JsonException e)
        {
            builder.Problems.Add(place, JsonProblem.Of(e));
        }
    }
}
