using System.Text.Json;
using System.Text.Unicode;

namespace Emergence.Stages.Input;

/// <summary>
/// Parses JSON from outside: valid UTF-8 without a byte order mark, no comment, no trailing comma, no key twice in an
/// object, no string that is not Unicode text, no deeper than <see cref="Depth"/>.
/// </summary>
public static class StrictJson
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int Depth = 16;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = Depth, AllowDuplicateProperties = false };

    /// <summary>Parses a whole small file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">Greatest length in bytes that is read.</param>
    /// <param name="remedy">What the user can do when it is not right, one clause without a full stop.</param>
    /// <returns>The document; the caller disposes it.</returns>
    /// <exception cref="BadInputException">The file is missing (<see cref="BadInputException.Vanished"/>), unreadable, too long, or not JSON.</exception>
    public static JsonDocument Read(string path, int largest, string remedy)
    {
        try
        {
            // One handle for the length and the content, so that a file being replaced is not read by the older length.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (stream.Length > largest)
            {
                throw new BadInputException(path, "", $"the file has {stream.Length} bytes; at most {largest} are read", remedy);
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Parse(bytes);
        }
        catch (IOException e) when (InputFile.IsMissing(e))
        {
            throw new BadInputException(path, "", "there is no such file", remedy, e) { Vanished = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "", $"the file cannot be read: {e.Message.TrimEnd('.')}", remedy, e);
        }
        catch (JsonException e)
        {
            throw new BadInputException(path, e.LineNumber is { } line ? $"line {line + 1}" : "", $"not JSON: {Explain(e)}", remedy, e);
        }
    }

    /// <summary>Parses JSON.</summary>
    /// <param name="utf8">The text; it must not change while the document is in use.</param>
    /// <returns>The document; the caller disposes it.</returns>
    /// <exception cref="JsonException">It is not JSON as described above.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new JsonException("the text is not valid UTF-8");
        }

        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            throw new JsonException("the text begins with a byte order mark");
        }

        if (utf8.Span.IndexOf("\\u"u8) >= 0)
        {
            CheckEscapes(utf8.Span);
        }

        return JsonDocument.Parse(utf8, s_options);
    }

    /// <summary>The reason of a parsing error, as one clause without the position.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The clause, without a full stop.</returns>
    public static string Explain(JsonException error)
    {
        var end = error.Message.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.');
    }

    /// <summary>A JSON value's kind in words.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>A word with its article.</returns>
    public static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    // JsonDocument finds an escaped half of a surrogate pair only when the string is asked for, and then by another exception.
    private static void CheckEscapes(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Depth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a string holds an escaped character that is no Unicode text", e);
        }
    }
}
