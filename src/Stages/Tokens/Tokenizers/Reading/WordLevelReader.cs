using Emergence.Stages.Tokens.Tokenizers.AddedTokens;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads a WordLevel model.</summary>
internal static class WordLevelReader
{
    /// <summary>Reads a tokenizer that is a <see cref="WordTokenizer"/>: lower-cased words set apart by white space, added tokens among them.</summary>
    /// <param name="root">The whole file.</param>
    /// <param name="ids">The vocabulary.</param>
    /// <param name="added">The added tokens.</param>
    /// <returns>The tokenizer; null when the file is of a more general kind.</returns>
    public static WordTokenizer? ReadPlain(TokenizerPart root, Dictionary<string, int> ids, List<AddedToken> added)
    {
        var plain = root.Find("normalizer").OptionalType() == "Lowercase" && root.Find("pre_tokenizer").OptionalType() == "WhitespaceSplit"
            && ids.Values.Max() == ids.Count - 1
            && added.All(token => token.Id < ids.Count && !token.SingleWord && !token.StripLeft && !token.StripRight && !token.Normalized);
        if (!plain)
        {
            return null;
        }

        var words = new string[ids.Count];
        foreach (var (word, id) in ids)
        {
            words[id] = word;
        }

        return new WordTokenizer(words, UnknownId(root.Find("model"), ids), [.. added.Select(token => token.Id)]);
    }

    /// <summary>Reads a WordLevel model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">Its vocabulary.</param>
    /// <returns>The model.</returns>
    public static WordLevelModel Read(TokenizerPart model, Dictionary<string, int> ids) => new(ids, UnknownId(model, ids));

    private static int UnknownId(TokenizerPart model, Dictionary<string, int> ids)
    {
        model.Allow("type", "vocab", "unk_token");
        var unknown = model.Text("unk_token");
        return ids.TryGetValue(unknown, out var id) ? id : throw model.Bad("unk_token", $"'{unknown}' is not in the vocabulary");
    }
}
