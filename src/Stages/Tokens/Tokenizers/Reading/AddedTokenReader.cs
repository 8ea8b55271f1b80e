using System.Text.Json;
using Emergence.Stages.Tokens.Tokenizers.AddedTokens;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads the added tokens.</summary>
internal static class AddedTokenReader
{
    private const int LongestContent = 1024;

    /// <summary>Reads the added tokens.</summary>
    /// <param name="part">The list; may be absent.</param>
    /// <param name="vocabulary">The model's vocabulary.</param>
    /// <returns>The tokens in the order of the file.</returns>
    public static List<AddedToken> Read(TokenizerPart part, Dictionary<string, int> vocabulary)
    {
        var tokens = new List<AddedToken>();
        if (part.IsAbsent)
        {
            return tokens;
        }

        var contents = new HashSet<string>(StringComparer.Ordinal);
        var next = vocabulary.Count;
        foreach (var item in part.Items())
        {
            item.Allow("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            var content = item.Text("content");
            if (content.Length is 0 or > LongestContent)
            {
                throw item.Bad("content", $"a text of 1 to {LongestContent} units is expected");
            }

            if (!contents.Add(content))
            {
                throw item.Bad("content", "another added token has the same content");
            }

            // The library numbers tokens that the model does not know on from the vocabulary's size, whatever the file says.
            var expected = vocabulary.TryGetValue(content, out var known) ? known : next++;
            var value = item.Find("id").Element;
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id) || id is < 0 or >= TokenizerReader.IdLimit)
            {
                throw item.Bad("id", $"a number from 0 to {TokenizerReader.IdLimit - 1} is expected");
            }

            if (id != expected)
            {
                throw item.Bad("id", $"it is {id}, but the tokenizers library gives the token the id {expected}");
            }

            var special = item.Flag("special", false);
            tokens.Add(new AddedToken(id, content, item.Flag("single_word", false), item.Flag("lstrip", false), item.Flag("rstrip", false), item.Flag("normalized", !special)));
        }

        return tokens;
    }
}
