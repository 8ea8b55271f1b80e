using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads and writes a word tokenizer as a Hugging Face <c>tokenizer.json</c>. The reader takes exactly what
/// <see cref="WordTokenizer"/> does (WordLevel, Lowercase, WhitespaceSplit) and refuses everything else by its name,
/// because a tokenizer that is almost understood gives the model other tokens than it was trained on.
/// </summary>
public static class TokenizerFile
{
    private const int LargestFile = 1 << 26;
    private const string Remedy = "Use checkpoints with a WordLevel tokenizer (normalizer Lowercase, pre-tokenizer WhitespaceSplit), such as those of `./emergence demo`";

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">The <c>tokenizer.json</c>.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="BadInputException">The file is missing, damaged, or another kind of tokenizer; the part that is not supported is named.</exception>
    public static ITokenizer Load(string path)
    {
        using var document = StrictJson.Read(path, LargestFile, Remedy);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Bad(path, "", $"a JSON object is expected, not {StrictJson.Name(root.ValueKind)}");
        }

        CheckKeys(path, root, "", ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"]);
        if (Text(root, "version") != "1.0")
        {
            throw Bad(path, "version", "version 1.0 is expected");
        }

        // The model first: its name says most about what the file is.
        var model = TypedPart(path, root, "model", "WordLevel", ["type", "vocab", "unk_token"]);
        TypedPart(path, root, "normalizer", "Lowercase", ["type"]);
        TypedPart(path, root, "pre_tokenizer", "WhitespaceSplit", ["type"]);
        foreach (var part in new[] { "truncation", "padding", "post_processor", "decoder" })
        {
            if (root.TryGetProperty(part, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                throw Bad(path, part, $"a {part} ({Text(value, "type") ?? StrictJson.Name(value.ValueKind)}) is not supported; null is expected");
            }
        }

        var words = ReadVocabulary(path, model);
        var unknown = Text(model, "unk_token") ?? throw Bad(path, "model.unk_token", "the unknown token is not named");
        var unknownId = Array.IndexOf(words, unknown);
        if (unknownId < 0)
        {
            throw Bad(path, "model.unk_token", $"'{unknown}' is not in the vocabulary");
        }

        return new WordTokenizer(words, unknownId, ReadAdded(path, root, words));
    }

    /// <summary>Writes a tokenizer, the same bytes for the same tokenizer.</summary>
    /// <param name="path">The <c>tokenizer.json</c>; replaced when it is there.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    public static void Save(string path, WordTokenizer tokenizer) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, tokenizer);
        }

        stream.WriteByte((byte)'\n');
    });

    private static void Write(Utf8JsonWriter json, WordTokenizer tokenizer)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var id in tokenizer.AddedIds)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", tokenizer.Words[id]);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteType(json, "normalizer", "Lowercase");
        WriteType(json, "pre_tokenizer", "WhitespaceSplit");
        json.WriteNull("post_processor");
        json.WriteNull("decoder");
        json.WriteStartObject("model");
        json.WriteString("type", "WordLevel");
        json.WriteStartObject("vocab");
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            json.WriteNumber(tokenizer.Words[id], id);
        }

        json.WriteEndObject();
        json.WriteString("unk_token", tokenizer.Words[tokenizer.UnknownId]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, string part, string type)
    {
        json.WriteStartObject(part);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    private static JsonElement TypedPart(string path, JsonElement root, string part, string type, string[] keys)
    {
        if (!root.TryGetProperty(part, out var value) || value.ValueKind != JsonValueKind.Object)
        {
            throw Bad(path, part, $"no {part} is not supported; {type} is expected");
        }

        if (Text(value, "type") is var actual && actual != type)
        {
            throw Bad(path, part, $"the {part} {(actual is null ? "without a type" : $"'{actual}'")} is not supported; {type} is expected");
        }

        CheckKeys(path, value, $"{part}.", keys);
        return value;
    }

    private static void CheckKeys(string path, JsonElement item, string prefix, string[] keys)
    {
        foreach (var property in item.EnumerateObject())
        {
            if (!keys.Contains(property.Name))
            {
                throw Bad(path, prefix + property.Name, "the key is not supported");
            }
        }
    }

    private static string[] ReadVocabulary(string path, JsonElement model)
    {
        if (!model.TryGetProperty("vocab", out var vocab) || vocab.ValueKind != JsonValueKind.Object || vocab.GetPropertyCount() == 0)
        {
            throw Bad(path, "model.vocab", "an object of words and their ids is expected");
        }

        var words = new string?[vocab.GetPropertyCount()];
        foreach (var entry in vocab.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id < 0 || id >= words.Length || words[id] is not null)
            {
                throw Bad(path, $"model.vocab '{entry.Name}'", $"the ids are not 0 to {words.Length - 1}, each once");
            }

            words[id] = entry.Name;
        }

        return words!;
    }

    private static List<int> ReadAdded(string path, JsonElement root, string[] words)
    {
        var ids = new List<int>();
        if (!root.TryGetProperty("added_tokens", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return ids;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Bad(path, "added_tokens", $"a list is expected, not {StrictJson.Name(list.ValueKind)}");
        }

        foreach (var item in list.EnumerateArray())
        {
            var place = $"added_tokens[{ids.Count}]";
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("id", out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id)
                || id < 0 || id >= words.Length || Text(item, "content") != words[id] || ids.Contains(id))
            {
                throw Bad(path, place, "an added token that is not in the model's vocabulary, with the same id, is not supported");
            }

            CheckKeys(path, item, $"{place}.", ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"]);
            foreach (var flag in new[] { "single_word", "lstrip", "rstrip", "normalized" })
            {
                if (item.TryGetProperty(flag, out var set) && set.ValueKind != JsonValueKind.False)
                {
                    throw Bad(path, $"{place}.{flag}", "only false is supported");
                }
            }

            ids.Add(id);
        }

        return ids;
    }

    private static string? Text(JsonElement item, string key) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static BadInputException Bad(string path, string place, string problem) => new(path, place, problem, Remedy);
}
