using System.Text.Json;
using Emergence.Stages.Tokens.Tokenizers.Bpe;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads a BPE model.</summary>
internal static class BpeReader
{
    private const int FallbackBytes = 256;

    /// <summary>Reads a BPE model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">Its vocabulary.</param>
    /// <param name="byteLevel">Whether the vocabulary is of bytes written as characters.</param>
    /// <returns>The model.</returns>
    public static BpeModel Read(TokenizerPart model, Dictionary<string, int> ids, bool byteLevel)
    {
        model.Allow("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges");
        if (model.Find("dropout") is { IsAbsent: false } dropout && !(dropout.Element.ValueKind == JsonValueKind.Number && dropout.Element.GetDouble() == 0))
        {
            throw dropout.Bad("only null or 0 is supported: with dropout the same text has other tokens every time");
        }

        foreach (var key in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model.OptionalText(key) is { Length: > 0 } affix)
            {
                throw model.Bad(key, $"'{affix}' is not supported; only an empty one is");
            }
        }

        var vocabulary = new BpeVocabulary(ids);
        var fallBack = FallsBack(model, vocabulary);
        var unknown = UnknownId(model, vocabulary, (byteLevel && vocabulary.HasAllBytes) || fallBack);
        var settings = new BpeSettings(byteLevel, unknown, model.Flag("fuse_unk", false), fallBack, model.Flag("ignore_merges", false));
        var merges = Merges(model.Find("merges"), ids.Count, vocabulary);

        // An unknown space could be fused with what is unknown before it.
        var cuts = !byteLevel && vocabulary.OfCharacter(WordCuts.Space) >= 0 ? new WordCuts(ids.Keys) : null;
        return new BpeModel(vocabulary, merges, settings, cuts);
    }

    private static bool FallsBack(TokenizerPart model, BpeVocabulary vocabulary)
    {
        if (!model.Flag("byte_fallback", false))
        {
            return false;
        }

        return vocabulary.FallbackBytes switch
        {
            FallbackBytes => true,
            0 => false,
            var some => throw model.Bad("byte_fallback", $"the vocabulary has {some} of the {FallbackBytes} tokens <0x00> to <0xFF>; all or none are supported"),
        };
    }

    private static int UnknownId(TokenizerPart model, BpeVocabulary vocabulary, bool neverNeeded)
    {
        var token = model.OptionalText("unk_token");
        var id = token is null ? -1 : vocabulary.IdOf(token);
        return token is null || id >= 0 || neverNeeded ? id : throw model.Bad("unk_token", $"'{token}' is not in the vocabulary");
    }

    private static MergeTable Merges(TokenizerPart part, int tokens, BpeVocabulary vocabulary)
    {
        if (part.Element.ValueKind != JsonValueKind.Array)
        {
            throw part.Bad("a list of merges is expected");
        }

        var merges = new MergeTable(part.Element.GetArrayLength());
        var both = new char[vocabulary.LongestToken];
        var rank = 0;
        foreach (var item in part.Element.EnumerateArray())
        {
            var (left, right) = Pair(part, item, rank);
            var length = left.Length + right.Length;
            var merged = -1;
            if (length <= both.Length)
            {
                left.CopyTo(both);
                right.CopyTo(both.AsMemory(left.Length));
                merged = vocabulary.IdOf(both.AsSpan(0, length));
            }

            var leftId = vocabulary.IdOf(left.Span);
            var rightId = vocabulary.IdOf(right.Span);
            if (leftId < 0 || rightId < 0 || merged < 0 || left.Length == 0 || right.Length == 0)
            {
                throw At(part, rank).Bad("the tokens of a merge and what they merge to must be in the vocabulary");
            }

            merges.Set(leftId, rightId, rank++, merged);
        }

        return merges;
    }

    // "a b" as files of the library's first versions have it, or ["a", "b"].
    private static (ReadOnlyMemory<char> Left, ReadOnlyMemory<char> Right) Pair(TokenizerPart part, JsonElement item, int rank)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            var text = item.GetString()!.AsMemory();
            var space = text.Span.IndexOf(' ');
            if (space >= 0 && text.Span.LastIndexOf(' ') == space && !text.Span.StartsWith("#version"))
            {
                return (text[..space], text[(space + 1)..]);
            }
        }
        else if (item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2 && item[0].ValueKind == JsonValueKind.String && item[1].ValueKind == JsonValueKind.String)
        {
            return (item[0].GetString().AsMemory(), item[1].GetString().AsMemory());
        }

        throw At(part, rank).Bad("two tokens are expected, as a list or with one space between them");
    }

    private static TokenizerPart At(TokenizerPart part, int index) => part with { Place = $"{part.Place}[{index}]" };
}
