using System.Text.Json;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads the vocabulary of a model.</summary>
internal static class VocabularyReader
{
    /// <summary>Reads a vocabulary.</summary>
    /// <param name="part">The object of tokens and their ids.</param>
    /// <returns>The tokens and ids, every id once.</returns>
    public static Dictionary<string, int> Read(TokenizerPart part)
    {
        var entries = part.Objects();
        var count = part.Element.GetPropertyCount();
        if (count == 0)
        {
            throw part.Bad("the vocabulary is empty");
        }

        var ids = new Dictionary<string, int>(count, StringComparer.Ordinal);
        var seen = new HashSet<int>(count);
        foreach (var entry in entries)
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id is < 0 or >= TokenizerReader.IdLimit)
            {
                throw Bad(part, entry.Name, $"an id from 0 to {TokenizerReader.IdLimit - 1} is expected");
            }

            if (!seen.Add(id))
            {
                throw Bad(part, entry.Name, $"the id {id} is another token's too; each once is expected");
            }

            ids.Add(entry.Name, id);
        }

        return ids;
    }

    private static Input.BadInputException Bad(TokenizerPart part, string token, string problem) =>
        new(part.Path, $"{part.Place} '{(token.Length > 60 ? token[..60] + "…" : token)}'", problem, TokenizerPart.Remedy);
}
