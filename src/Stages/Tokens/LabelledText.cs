using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads documents of words from JSONL, one object a line: <c>id</c>, <c>tokens</c> (the words) and a value for each facet:
/// a category or null for a document facet, a list as long as <c>tokens</c> of categories or nulls for a token facet.
/// Nothing else is allowed, and nothing may lack.
/// </summary>
internal static class LabelledText
{
    private const string Remedy = "Correct the text; data/README.md shows its format";

    /// <summary>Reads a text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="facets">The facets every document is labelled in; none for a training text.</param>
    /// <param name="tokenizer">Gives the words' tokens.</param>
    /// <returns>At least one document, in the file's order.</returns>
    /// <exception cref="BadInputException">The file is missing or not such a text; every problem is listed with its line.</exception>
    public static IReadOnlyList<LabelledDocument> Read(string path, IReadOnlyList<Facet> facets, ITokenizer tokenizer)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException(path, "", "there is no such file", "Name a text in JSONL, or prepare the demo's with `./emergence demo`");
        }

        var problems = new InputProblems(path, Remedy);
        var documents = new List<LabelledDocument>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var indices = facets.Select(Index).ToArray();
        JsonLines.Read(path, problems, (line, item) =>
        {
            if (ReadDocument(item, $"line {line}", facets, indices, tokenizer, problems) is not { } document)
            {
                return;
            }

            if (!lines.TryAdd(document.Id, line))
            {
                problems.Add($"line {line}", $"the document '{document.Id}' is on line {lines[document.Id]} already");
            }

            documents.Add(document);
        });

        if (problems.Count == 0 && documents.Count == 0)
        {
            problems.Add("line 1", "the text has no document");
        }

        problems.ThrowIfAny();
        return documents;
    }

    private static Dictionary<string, short> Index(Facet facet)
    {
        var index = new Dictionary<string, short>(StringComparer.Ordinal);
        for (var c = 0; c < facet.Categories.Count; c++)
        {
            index.Add(facet.Categories[c], (short)c);
        }

        return index;
    }

    private static LabelledDocument? ReadDocument(JsonElement item, string place, IReadOnlyList<Facet> facets, Dictionary<string, short>[] indices, ITokenizer tokenizer, InputProblems problems)
    {
        var before = problems.Count;
        foreach (var property in item.EnumerateObject())
        {
            if (property.Name is not ("id" or "tokens") && !facets.Any(f => f.Name == property.Name))
            {
                problems.Add(place, $"unknown key '{property.Name}'");
            }
        }

        var id = "";
        if (!item.TryGetProperty("id", out var value) || value.ValueKind != JsonValueKind.String || (id = value.GetString()!).Length == 0)
        {
            problems.Add(place, "'id' is not a name");
        }

        var words = ReadWords(item, place, problems);
        if (words is null)
        {
            return null;
        }

        var labels = new short[facets.Count][];
        for (var f = 0; f < labels.Length; f++)
        {
            labels[f] = ReadLabels(item, place, facets[f], indices[f], words.Length, problems);
        }

        if (problems.Count > before)
        {
            return null;
        }

        // Each word's label goes to every token of the word.
        var tokens = new TokenSpans();
        var wordOf = new List<int>(words.Length);
        for (var word = 0; word < words.Length; word++)
        {
            tokenizer.Encode(words[word], tokens);
            wordOf.AddRange(Enumerable.Repeat(word, tokens.Count - wordOf.Count));
        }

        return new LabelledDocument(id, tokens.Ids.ToArray(), Array.ConvertAll(labels, l => wordOf.Select(w => l[w]).ToArray()));
    }

    private static string[]? ReadWords(JsonElement item, string place, InputProblems problems)
    {
        if (!item.TryGetProperty("tokens", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            problems.Add(place, "'tokens' is not a list of at least one word");
            return null;
        }

        var words = new string[list.GetArrayLength()];
        var position = 0;
        foreach (var entry in list.EnumerateArray())
        {
            var word = entry.ValueKind == JsonValueKind.String ? entry.GetString()! : "";
            if (word.Length == 0 || word.Any(char.IsWhiteSpace))
            {
                problems.Add(place, $"tokens[{position}] is not a word without white space");
                return null;
            }

            words[position++] = word;
        }

        return words;
    }

    private static short[] ReadLabels(JsonElement item, string place, Facet facet, Dictionary<string, short> index, int count, InputProblems problems)
    {
        var labels = new short[count];
        if (!item.TryGetProperty(facet.Name, out var value))
        {
            problems.Add(place, $"'{facet.Name}' is missing; write null for none");
        }
        else if (facet.Kind == FacetKind.Document)
        {
            Array.Fill(labels, Category(value, place, facet.Name, index, problems));
        }
        else if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != count)
        {
            problems.Add(place, value.ValueKind == JsonValueKind.Array
                ? $"'{facet.Name}' has {value.GetArrayLength()} labels for {count} tokens"
                : $"'{facet.Name}' is not a list of labels, one for each token");
        }
        else
        {
            var position = 0;
            foreach (var entry in value.EnumerateArray())
            {
                labels[position] = Category(entry, place, $"{facet.Name}[{position}]", index, problems);
                position++;
            }
        }

        return labels;
    }

    private static short Category(JsonElement value, string place, string name, Dictionary<string, short> index, InputProblems problems)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return -1;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add(place, $"'{name}' is not a category or null");
            return -1;
        }

        if (!index.TryGetValue(value.GetString()!, out var category))
        {
            problems.Add(place, $"'{name}' is '{value.GetString()}', which is not a category of the facet");
            return -1;
        }

        return category;
    }
}
