using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Capture.Rows;

/// <summary>
/// Token ids in JSON: a list of ids, a list of such lists, or any number of lists or of objects with a list <c>input_ids</c> one
/// after the other (JSON lines).
/// </summary>
internal static class JsonTokenRows
{
    private const string Row = "input_ids";

    /// <summary>Reads the rows.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">Its content.</param>
    /// <param name="remedy">What to do when it is something else.</param>
    /// <exception cref="BadInputException">It is something else, or a row is empty.</exception>
    public static IReadOnlyList<int[]> Read(string path, ReadOnlySpan<byte> json, string remedy)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 8 });
        var rows = new List<int[]>();
        var ids = new List<int>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadObject(ref reader, path, json, rows, ids, remedy);
                }
                else
                {
                    ReadList(ref reader, path, json, rows, ids, nested: true, remedy);
                }
            }
        }
        catch (JsonException e)
        {
            throw new BadInputException(path, $"line {e.LineNumber + 1}", "it is not JSON", remedy, e);
        }
        catch (InvalidOperationException e)
        {
            throw new BadInputException(path, "", "a name in it holds half a surrogate pair", remedy, e);
        }

        return rows.Count > 0 ? rows : throw new BadInputException(path, "", "it has no row of ids", remedy);
    }

    private static void ReadObject(ref Utf8JsonReader reader, string path, ReadOnlySpan<byte> json, List<int[]> rows, List<int> ids, string remedy)
    {
        var before = rows.Count;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var wanted = reader.ValueTextEquals(Row);
            reader.Read();
            if (wanted)
            {
                ReadList(ref reader, path, json, rows, ids, nested: false, remedy);
            }
            else
            {
                reader.Skip();
            }
        }

        if (rows.Count != before + 1)
        {
            throw Bad(ref reader, path, json, $"an object needs one list {Row}", remedy);
        }
    }

    /// <summary>A list of ids becomes a row; a list of lists becomes their rows.</summary>
    private static void ReadList(ref Utf8JsonReader reader, string path, ReadOnlySpan<byte> json, List<int[]> rows, List<int> ids, bool nested, string remedy)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad(ref reader, path, json, "a list of ids is expected", remedy);
        }

        ids.Clear();
        var lists = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (nested && ids.Count == 0 && reader.TokenType == JsonTokenType.StartArray)
            {
                ReadList(ref reader, path, json, rows, ids, nested: false, remedy);
                ids.Clear();
                lists++;
            }
            else if (lists == 0 && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var id) && id >= 0)
            {
                ids.Add(id);
            }
            else
            {
                throw Bad(ref reader, path, json, "it is no token id", remedy);
            }
        }

        if (lists == 0)
        {
            rows.Add(ids.Count > 0 ? [.. ids] : throw Bad(ref reader, path, json, $"row {rows.Count} is empty", remedy));
        }
    }

    private static BadInputException Bad(ref Utf8JsonReader reader, string path, ReadOnlySpan<byte> json, string problem, string remedy)
    {
        var line = json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
        return new BadInputException(path, $"line {line}", problem, remedy);
    }
}
