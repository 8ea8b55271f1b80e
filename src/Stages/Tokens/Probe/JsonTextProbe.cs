using System.Text.Json;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>
/// Reads documents of text: <c>text</c>, perhaps <c>id</c>, facets of the document as strings, and <c>spans</c>: for each facet of
/// tokens a list of <c>[start, end, category]</c> in order, none overlapping another. Positions count Unicode code points from 0,
/// the end excluded, as Python's <c>str</c> does.
/// </summary>
/// <param name="builder">Takes the documents.</param>
internal sealed class JsonTextProbe(ProbeBuilder builder)
{
    /// <summary>Reads a line.</summary>
    public void Read(JsonElement item, long line)
    {
        var place = $"line {line}";
        var before = builder.Problems.Count;
        var value = item.GetProperty("text");
        if (value.ValueKind != JsonValueKind.String)
        {
            builder.Problems.Add(place, "'text' is not a string");
            return;
        }

        var draft = new DocumentDraft();
        var text = value.GetString()!;
        draft.Append(text);
        string? id = null;
        foreach (var property in item.EnumerateObject())
        {
            switch (property.Name)
            {
                case "text":
                    break;
                case "id":
                    id = ReadId(property.Value, place);
                    break;
                case "spans":
                    ReadSpans(draft, property.Value, new CodePoints(text), place);
                    break;
                default:
                    ReadFacet(draft, property, place);
                    break;
            }
        }

        if (builder.Problems.Count == before)
        {
            builder.Add(id, line, draft);
        }
    }

    private string? ReadId(JsonElement value, string place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when value.GetString()!.Length > 0:
                return value.GetString();
            case JsonValueKind.Number:
                return value.GetRawText();
            case JsonValueKind.Null:
                return null;
            default:
                builder.Problems.Add(place, "'id' is not a name");
                return null;
        }
    }

    private void ReadFacet(DocumentDraft draft, JsonProperty property, string place)
    {
        if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            // People's own notes: lengths, scores, lists.
            builder.Facets.Note(property.Name, place);
        }
        else if (property.Value.ValueKind == JsonValueKind.String
            && builder.Facets.Find(property.Name, FacetKind.Document, place) is var facet and >= 0
            && JsonLabel.Read(builder, facet, property.Value, place, property.Name) is var category and >= 0)
        {
            draft.LabelDocument(facet, category);
        }
    }

    private void ReadSpans(DocumentDraft draft, JsonElement spans, CodePoints points, string place)
    {
        if (spans.ValueKind != JsonValueKind.Object)
        {
            if (spans.ValueKind != JsonValueKind.Null)
            {
                builder.Problems.Add(place, "'spans' is not an object of facets");
            }

            return;
        }

        foreach (var property in spans.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Array)
            {
                builder.Problems.Add(place, $"'spans.{property.Name}' is not a list of [start, end, category]");
            }
            else if (property.Name is "id" or "text" or "tokens" or "spans" or "")
            {
                builder.Problems.Add(place, $"'spans' has a facet called '{property.Name}'");
            }
            else if (builder.Facets.Find(property.Name, FacetKind.Token, place) is var facet and >= 0)
            {
                ReadFacetSpans(draft, facet, property, points, place);
            }
        }
    }

    private void ReadFacetSpans(DocumentDraft draft, int facet, JsonProperty property, CodePoints points, string place)
    {
        var (position, lastStart, lastEnd) = (0, 0, 0);
        foreach (var entry in property.Value.EnumerateArray())
        {
            var key = $"spans.{property.Name}[{position++}]";
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 3
                || !Whole(entry[0], out var start) || !Whole(entry[1], out var end) || entry[2].ValueKind != JsonValueKind.String)
            {
                builder.Problems.Add(place, $"'{key}' is not [start, end, category]");
                continue;
            }

            if (start < 0 || start >= end || end > points.Count)
            {
                builder.Problems.Add(place, $"'{key}' is [{start}, {end}), which is no part of the text's {points.Count} characters (code points)");
                continue;
            }

            if (start < lastEnd)
            {
                builder.Problems.Add(place, start < lastStart
                    ? $"'{key}' is [{start}, {end}), which lies before the span ahead of it; order them by their starts"
                    : $"'{key}' is [{start}, {end}), which overlaps the span ahead of it");
            }

            (lastStart, lastEnd) = (start, Math.Max(lastEnd, end));
            if (builder.Facets.Category(facet, entry[2].GetString()!, place, key) is var category and >= 0)
            {
                draft.Label(facet, new LabelSpan(points.Unit(start), points.Unit(end), category));
            }
        }
    }

    private static bool Whole(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }
}
