using System.Text.Json;

namespace Emergence.Stages.Tokens.Files;

/// <summary>The parts of a line of JSON with words that training and probe texts share.</summary>
internal static class WordJson
{
    /// <summary>The document's name; empty with a problem when there is none.</summary>
    public static string Id(JsonElement item, List<string> problems)
    {
        if (item.TryGetProperty("id", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } id)
        {
            return id;
        }

        problems.Add("'id' is not a name");
        return "";
    }

    /// <summary>The words; null with a problem when one is none.</summary>
    public static string[]? Words(JsonElement item, List<string> problems)
    {
        if (!item.TryGetProperty("tokens", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            problems.Add("'tokens' is not a list of at least one word");
            return null;
        }

        var words = new string[list.GetArrayLength()];
        var position = 0;
        foreach (var entry in list.EnumerateArray())
        {
            var word = entry.ValueKind == JsonValueKind.String ? entry.GetString()! : "";
            if (word.Length == 0 || word.Any(char.IsWhiteSpace))
            {
                problems.Add($"tokens[{position}] is not a word without white space");
                return null;
            }

            words[position++] = word;
        }

        return words;
    }
}
