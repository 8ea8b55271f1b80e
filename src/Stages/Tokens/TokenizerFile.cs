using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Tokenizers.Reading;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads tokenizers from Hugging Face's <c>tokenizer.json</c> and writes word tokenizers as such. The reader takes BPE
/// (byte-level, or of characters with or without byte fallback) and WordLevel with the normalizers and pre-tokenizers that
/// are published with them, and refuses everything else by its name, because a tokenizer that is almost understood gives the
/// model other tokens than it was trained on. What comes after the model (post_processor, decoder, truncation, padding) is
/// not applied: text is tokenised without special tokens around it, and as long as it is.
/// </summary>
public static class TokenizerFile
{
    private const int LargestFile = 1 << 26;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">The <c>tokenizer.json</c>.</param>
    /// <returns>The tokenizer; a <see cref="WordTokenizer"/> for files that <see cref="Save"/> wrote.</returns>
    /// <exception cref="BadInputException">The file is missing or damaged, or a part of it is not supported; that part is named.</exception>
    public static ITokenizer Load(string path)
    {
        using var document = StrictJson.Read(path, LargestFile, TokenizerPart.Remedy);
        return TokenizerReader.Read(new TokenizerPart(path, "", document.RootElement));
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
}
