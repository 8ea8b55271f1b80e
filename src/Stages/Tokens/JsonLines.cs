using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens;

/// <summary>Reads a file of JSON objects, one a line (JSONL), as untrusted input: memory grows with the longest line only.</summary>
internal static class JsonLines
{
    /// <summary>Longest line that is read, in bytes: a document of some ten million words.</summary>
    public const int LongestLine = 1 << 28;

    /// <summary>Hands every line's object to a visitor; records lines that are none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Where what is wrong is recorded.</param>
    /// <param name="visit">Takes the line number, from 1, and the object, which it must not keep.</param>
    public static void Read(string path, InputProblems problems, Action<int, JsonElement> visit)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        var buffer = new byte[1 << 16];
        var filled = 0;
        var scanned = 0;
        var number = 0;
        while (true)
        {
            var end = buffer.AsSpan(scanned, filled - scanned).IndexOf((byte)'\n');
            if (end >= 0)
            {
                end += scanned;
                Visit(buffer.AsMemory(0, end), ++number, problems, visit);
                buffer.AsSpan(end + 1, filled - end - 1).CopyTo(buffer);
                filled -= end + 1;
                scanned = 0;
                continue;
            }

            scanned = filled;
            if (filled == buffer.Length)
            {
                if (filled >= LongestLine)
                {
                    problems.Add($"line {number + 1}", $"the line is longer than {LongestLine} bytes; reading ended there");
                    return;
                }

                Array.Resize(ref buffer, filled * 2);
            }

            var read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        if (filled > 0)
        {
            Visit(buffer.AsMemory(0, filled), ++number, problems, visit);
        }
    }

    private static void Visit(ReadOnlyMemory<byte> line, int number, InputProblems problems, Action<int, JsonElement> visit)
    {
        var place = $"line {number}";
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            problems.Add(place, "empty line");
            return;
        }

        try
        {
            using var document = StrictJson.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add(place, $"a JSON object is expected, not {StrictJson.Name(document.RootElement.ValueKind)}");
                return;
            }

            visit(number, document.RootElement);
        }
        catch (JsonException e)
        {
            problems.Add(place, e.BytePositionInLine is { } offset ? $"not JSON at byte {offset} of the line: {StrictJson.Explain(e)}" : $"not JSON: {StrictJson.Explain(e)}");
        }
    }
}
