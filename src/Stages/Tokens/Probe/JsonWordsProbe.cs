using System.Text.Json;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>
/// Reads documents of words: <c>id</c>, <c>tokens</c>, and each facet as a category or null for the document, or as a list of
/// categories or nulls as long as <c>tokens</c>. With a facet file no facet may lack and no other key be there.
/// </summary>
/// <param name="builder">Takes the documents.</param>
internal sealed class JsonWordsProbe(ProbeBuilder builder)
{
    /// <summary>Reads a line.</summary>
    public void Read(JsonElement item, long line)
    {
        var place = $"line {line}";
        var before = builder.Problems.Count;
        if (builder.Facets.Described)
        {
            CheckKeys(item, place);
        }

        var problems = new List<string>();
        var id = WordJson.Id(item, problems);
        var words = WordJson.Words(item, problems);
        problems.ForEach(p => builder.Problems.Add(place, p));
        if (words is null)
        {
            return;
        }

        var draft = new DocumentDraft();
        var starts = new int[words.Length];
        for (var w = 0; w < words.Length; w++)
        {
            draft.Append(w == 0 ? "" : " ");
            starts[w] = draft.Length;
            draft.Append(words[w]);
        }

        foreach (var property in item.EnumerateObject())
        {
            if (property.Name is not ("id" or "tokens"))
            {
                ReadFacet(draft, property, place, words, starts);
            }
        }

        if (builder.Problems.Count == before)
        {
            builder.Add(id, line, draft);
        }
    }

    private void CheckKeys(JsonElement item, string place)
    {
        foreach (var property in item.EnumerateObject())
        {
            if (property.Name is not ("id" or "tokens") && !builder.Facets.Facets.Any(f => f.Name == property.Name))
            {
                builder.Problems.Add(place, $"unknown key '{property.Name}'");
            }
        }

        foreach (var facet in builder.Facets.Facets)
        {
            if (!item.TryGetProperty(facet.Name, out _))
            {
                builder.Problems.Add(place, $"'{facet.Name}' is missing; write null for none");
            }
        }
    }

    private void ReadFacet(DocumentDraft draft, JsonProperty property, string place, string[] words, int[] starts)
    {
        var described = builder.Facets.Facets.FirstOrDefault(f => f.Name == property.Name);
        if (described is null && builder.Facets.Described)
        {
            return;
        }

        var value = property.Value;
        if (!builder.Facets.Described && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            // A null does not say what it is that has no label; other values are people's own notes.
            if (value.ValueKind != JsonValueKind.Null)
            {
                builder.Facets.Note(property.Name, place);
            }

            return;
        }

        var kind = described?.Kind ?? (value.ValueKind == JsonValueKind.Array ? FacetKind.Token : FacetKind.Document);
        if (kind == FacetKind.Document)
        {
            ReadDocumentFacet(draft, property, place);
        }
        else if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != words.Length)
        {
            builder.Problems.Add(place, value.ValueKind == JsonValueKind.Array
                ? $"'{property.Name}' has {value.GetArrayLength()} labels for {words.Length} tokens"
                : $"'{property.Name}' is not a list of labels, one for each token");
        }
        else if (builder.Facets.Find(property.Name, kind, place) is var facet and >= 0)
        {
            var position = 0;
            foreach (var entry in value.EnumerateArray())
            {
                if (JsonLabel.Read(builder, facet, entry, place, $"{property.Name}[{position}]") is var category and >= 0)
                {
                    draft.Label(facet, new LabelSpan(starts[position], starts[position] + words[position].Length, category));
                }

                position++;
            }
        }
    }

    private void ReadDocumentFacet(DocumentDraft draft, JsonProperty property, string place)
    {
        if (builder.Facets.Find(property.Name, FacetKind.Document, place) is var facet and >= 0
            && JsonLabel.Read(builder, facet, property.Value, place, property.Name) is var category and >= 0)
        {
            draft.LabelDocument(facet, category);
        }
    }
}
