using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Tokenizers.AddedTokens;
using Emergence.Stages.Tokens.Tokenizers.Normalizers;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads a whole <c>tokenizer.json</c>.</summary>
internal static class TokenizerReader
{
    /// <summary>Ids are below this, many times the largest vocabulary there is, so that a damaged number is noticed.</summary>
    public const int IdLimit = 1 << 24;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="root">The whole file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="BadInputException">A part is damaged or not supported.</exception>
    public static ITokenizer Read(TokenizerPart root)
    {
        root.Allow("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        if (root.OptionalText("version") is var version && version != "1.0")
        {
            throw root.Bad("version", "version 1.0 is expected");
        }

        var model = root.Find("model");
        var type = ModelType(model);
        CheckUnused(root);
        var normalizers = NormalizerReader.Read(root.Find("normalizer"));
        var preTokenizers = PreTokenizerReader.Read(root.Find("pre_tokenizer"), type == "BPE", out var byteLevel);
        var vocabulary = VocabularyReader.Read(model.Find("vocab"));
        var added = AddedTokenReader.Read(root.Find("added_tokens"), vocabulary);
        if (type == "WordLevel" && WordLevelReader.ReadPlain(root, vocabulary, added) is { } words)
        {
            return words;
        }

        ITokenModel made = type == "BPE" ? BpeReader.Read(model, vocabulary, byteLevel) : WordLevelReader.Read(model, vocabulary);
        var size = 1 + Math.Max(vocabulary.Values.Max(), added.Select(token => token.Id).DefaultIfEmpty().Max());
        var chain = new NormalizerChain(normalizers);
        return new PipelineTokenizer(size, Matcher(root, added, null), Matcher(root, added, chain), chain, preTokenizers, made);
    }

    private static string ModelType(TokenizerPart model)
    {
        if (model.Element.ValueKind != JsonValueKind.Object)
        {
            throw model.Bad("an object with the model is expected");
        }

        // Files of the library's first versions do not name the model; only BPE has merges.
        var type = model.OptionalText("type") ?? (model.Find("merges").IsAbsent ? throw model.Bad("type", "the model is not named") : "BPE");
        return type is "BPE" or "WordLevel" ? type : throw model.Unsupported(type, "BPE and WordLevel are");
    }

    // These act on what comes after the model or on special tokens and lengths, which are not asked of a tokenizer here:
    // truncation and padding are for batches of sentences, and documents are never cut to them.
    private static void CheckUnused(TokenizerPart root)
    {
        foreach (var key in new[] { "truncation", "padding" })
        {
            if (root.Find(key) is { IsAbsent: false } part)
            {
                part.Objects();
            }
        }

        CheckUnused(root.Find("post_processor"), "processors", ["BertProcessing", "ByteLevel", "RobertaProcessing", "TemplateProcessing"]);
        CheckUnused(root.Find("decoder"), "decoders", ["BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace", "Strip", "WordPiece"]);
    }

    private static void CheckUnused(TokenizerPart part, string list, string[] types)
    {
        if (part.IsAbsent)
        {
            return;
        }

        if (part.Type() is var type && type == "Sequence")
        {
            foreach (var item in part.Find(list).Items())
            {
                CheckUnused(item, list, types);
            }
        }
        else if (!types.Contains(type))
        {
            throw part.Bad("type", $"'{type}' is not known");
        }
    }

    private static AddedTokenMatcher? Matcher(TokenizerPart root, List<AddedToken> added, NormalizerChain? normalizers)
    {
        var patterns = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        for (var i = 0; i < added.Count; i++)
        {
            if (added[i].Normalized != normalizers is not null)
            {
                continue;
            }

            var pattern = normalizers is null ? added[i].Content : normalizers.Apply(added[i].Content);
            if (pattern.Length == 0 || !patterns.TryAdd(pattern, added[i]))
            {
                throw root.Bad($"added_tokens[{i}]", pattern.Length == 0 ? "nothing is left of it when it is normalized" : "normalized, it is the same as another");
            }
        }

        return patterns.Count == 0 ? null : new AddedTokenMatcher([.. patterns.Select(entry => (entry.Key, entry.Value))]);
    }
}
