using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Makes <c>tokenizer.json</c> files of the parts that a test is about.</summary>
internal static class TokenizerJson
{
    /// <summary>A model that makes one token of every piece, so that its ranges show where text was cut.</summary>
    public static JsonObject Pieces => new() { ["type"] = "WordLevel", ["vocab"] = new JsonObject { ["[UNK]"] = 0, ["the"] = 1, ["a"] = 2 }, ["unk_token"] = "[UNK]" };

    /// <summary>A model that makes a token of every byte, so that its ids show what became of the text.</summary>
    public static JsonObject Bytes
    {
        get
        {
            var vocabulary = new JsonObject { ["<unk>"] = 256 };
            for (var value = 0; value < 256; value++)
            {
                vocabulary[$"<0x{value:X2}>"] = value;
            }

            return new() { ["type"] = "BPE", ["unk_token"] = "<unk>", ["fuse_unk"] = false, ["byte_fallback"] = true, ["vocab"] = vocabulary, ["merges"] = new JsonArray() };
        }
    }

    /// <summary>A whole file.</summary>
    public static JsonObject Make(JsonObject model, string normalizer = "null", string preTokenizer = "null", string added = "[]") => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = JsonNode.Parse(added),
        ["normalizer"] = JsonNode.Parse(normalizer),
        ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
        ["post_processor"] = null,
        ["decoder"] = null,
        ["model"] = model,
    };

    /// <summary>An added token.</summary>
    public static string Added(int id, string content, bool singleWord = false, bool lstrip = false, bool rstrip = false, bool normalized = false, bool special = true) =>
        JsonSerializer.Serialize(new { id, content, single_word = singleWord, lstrip, rstrip, normalized, special });
}
