using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>
/// Reads one line of a training text in JSON: <c>{"text":"…"}</c>, where <c>id</c> names the document and other keys are people's
/// own, or <c>{"id":"…","tokens":["…"]}</c> with words and no other key. A buffer that is filled and filled again.
/// </summary>
internal sealed class TrainingLine
{
    private byte[] _buffer = [];
    private int _length;

    /// <summary>The document's text in UTF-8, good until the next line is read. Words are joined by single spaces.</summary>
    public ReadOnlyMemory<byte> Text => _buffer.AsMemory(0, _length);

    /// <summary>The document's name; null when the line gives none.</summary>
    public string? Id { get; private set; }

    /// <summary>Whether the line has words, and so must have a name that no other line has.</summary>
    public bool HasWords { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public IReadOnlyList<string>? Read(ReadOnlyMemory<byte> line)
    {
        (_length, Id, HasWords) = (0, null, false);
        if (line.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return ["empty line"];
        }

        if (!Utf8.IsValid(line.Span))
        {
            return ["not JSON: the text is not valid UTF-8"];
        }

        try
        {
            return ReadObject(line);
        }
        catch (JsonException e)
        {
            return [JsonProblem.Of(e)];
        }
        catch (InvalidOperationException)
        {
            return ["not JSON: a string holds an escaped character that is no Unicode text"];
        }
    }

    private List<string>? ReadObject(ReadOnlyMemory<byte> line)
    {
        var problems = new List<string>();
        var reader = new Utf8JsonReader(line.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return [$"a JSON object is expected, not {Name(reader.TokenType)}"];
        }

        var (hasText, hasId) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8))
            {
                reader.Read();
                Once(ref hasText, "text", problems);
                ReadText(ref reader, problems);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                Once(ref hasId, "id", problems);
                ReadId(ref reader, problems);
            }
            else
            {
                HasWords |= reader.ValueTextEquals("tokens"u8);
                reader.Skip();
            }
        }

        // Throws when something follows the object.
        reader.Read();
        if (HasWords && hasText)
        {
            problems.Add("it has both 'text' and 'tokens'");
        }
        else if (HasWords)
        {
            ReadWords(line, problems);
        }
        else if (!hasText)
        {
            problems.Add("there is neither 'text' nor 'tokens'");
        }

        return problems.Count > 0 ? problems : null;
    }

    private static void Once(ref bool seen, string key, List<string> problems)
    {
        if (seen)
        {
            problems.Add($"'{key}' stands there twice");
        }

        seen = true;
    }

    private void ReadText(ref Utf8JsonReader reader, List<string> problems)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            problems.Add("'text' is not a string");
            reader.Skip();
            return;
        }

        Reserve(reader.ValueSpan.Length);
        _length = reader.CopyString(_buffer);
    }

    private void ReadId(ref Utf8JsonReader reader, List<string> problems)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when !reader.ValueSpan.IsEmpty:
                Id = reader.GetString();
                break;
            case JsonTokenType.Number:
                Id = Encoding.UTF8.GetString(reader.ValueSpan);
                break;
            case JsonTokenType.Null:
                break;
            default:
                problems.Add("'id' is not a name");
                reader.Skip();
                break;
        }
    }

    private void ReadWords(ReadOnlyMemory<byte> line, List<string> problems)
    {
        Id = null;
        problems.Clear();
        using var document = StrictJson.Parse(line);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name is not ("id" or "tokens"))
            {
                problems.Add($"unknown key '{property.Name}'");
            }
        }

        Id = WordJson.Id(document.RootElement, problems);
        if (WordJson.Words(document.RootElement, problems) is { } words)
        {
            var text = string.Join(' ', words);
            Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
            _length = Encoding.UTF8.GetBytes(text, _buffer);
        }
    }

    private void Reserve(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, Math.Min(Array.MaxLength, 2L * _buffer.Length))];
        }
    }

    private static string Name(JsonTokenType type) => StrictJson.Name(type switch
    {
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.Null => JsonValueKind.Null,
        _ => JsonValueKind.True,
    });
}
