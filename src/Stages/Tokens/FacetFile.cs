using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens;

/// <summary>
/// The description of a probe text's facets, a JSON file beside it: <c>probe.facets.json</c> for <c>probe.jsonl</c> or
/// <c>probe.jsonl.gz</c>.
/// <code>
/// {
///   "format": 1,
///   "facets": [
///     { "name": "genre", "kind": "document", "categories": ["learned", "romance"] },
///     { "name": "pos", "kind": "token", "categories": ["nn", "md"], "descriptions": ["singular noun", "modal verb"] }
///   ]
/// }
/// </code>
/// The order of <c>categories</c> is that of every table; <c>descriptions</c> (one for each category) may be left out.
/// </summary>
public static class FacetFile
{
    private const int LargestFile = 1 << 24;
    private const string Remedy = "Describe the facets as data/README.md shows";

    /// <summary>The facet file that belongs to a probe text.</summary>
    /// <param name="probePath">The probe text.</param>
    /// <returns>Its facet file, in the same folder.</returns>
    public static string PathFor(string probePath) =>
        Path.ChangeExtension(probePath.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? probePath[..^3] : probePath, ".facets.json");

    /// <summary>Reads a facet file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>At least one facet, in the file's order.</returns>
    /// <exception cref="BadInputException">It is missing or is not what it claims to be; every problem is listed.</exception>
    public static IReadOnlyList<Facet> Read(string path)
    {
        var problems = new InputProblems(path, Remedy);
        var facets = new List<Facet>();
        using (var document = StrictJson.Read(path, LargestFile, Remedy))
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out var version) || version != 1)
            {
                throw new BadInputException(path, "format", "the file does not say \"format\": 1", Remedy);
            }

            foreach (var property in root.EnumerateObject().Where(p => p.Name is not ("format" or "facets")))
            {
                problems.Add(property.Name, "unknown key");
            }

            if (!root.TryGetProperty("facets", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            {
                problems.Add("facets", "a list of at least one facet is expected");
            }
            else
            {
                foreach (var item in list.EnumerateArray())
                {
                    if (ReadFacet(item, $"facets[{facets.Count}]", problems) is { } facet)
                    {
                        if (facets.Any(f => f.Name == facet.Name))
                        {
                            problems.Add(facet.Name, "the facet is described twice");
                        }

                        facets.Add(facet);
                    }
                }
            }
        }

        problems.ThrowIfAny();
        return facets;
    }

    /// <summary>Writes a facet file, the same bytes for the same facets.</summary>
    /// <param name="path">The file; replaced when it is there.</param>
    /// <param name="facets">At least one facet.</param>
    public static void Write(string path, IReadOnlyList<Facet> facets) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteStartArray("facets");
            foreach (var facet in facets)
            {
                json.WriteStartObject();
                json.WriteString("name", facet.Name);
                json.WriteString("kind", facet.Kind == FacetKind.Document ? "document" : "token");
                WriteList(json, "categories", facet.Categories);
                if (facet.Descriptions.Count > 0)
                {
                    WriteList(json, "descriptions", facet.Descriptions);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    });

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static Facet? ReadFacet(JsonElement item, string place, InputProblems problems)
    {
        var before = problems.Count;
        if (item.ValueKind != JsonValueKind.Object)
        {
            problems.Add(place, $"an object is expected, not {StrictJson.Name(item.ValueKind)}");
            return null;
        }

        foreach (var property in item.EnumerateObject().Where(p => p.Name is not ("name" or "kind" or "categories" or "descriptions")))
        {
            problems.Add($"{place}.{property.Name}", "unknown key");
        }

        var name = item.TryGetProperty("name", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (name.Length == 0 || name is "id" or "tokens" or "text" or "spans")
        {
            problems.Add($"{place}.name", "a name other than id, tokens, text and spans is expected");
        }

        var kind = item.TryGetProperty("kind", out value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (kind is not ("document" or "token"))
        {
            problems.Add($"{place}.kind", "\"document\" or \"token\" is expected");
        }

        var categories = ReadStrings(item, "categories", place, problems) ?? [];
        if (categories.Count is 0 or > short.MaxValue || categories.Distinct(StringComparer.Ordinal).Count() != categories.Count || categories.Contains(""))
        {
            problems.Add($"{place}.categories", $"1 to {short.MaxValue} different names are expected");
        }

        var descriptions = item.TryGetProperty("descriptions", out _) ? ReadStrings(item, "descriptions", place, problems) ?? [] : [];
        if (descriptions.Count != 0 && descriptions.Count != categories.Count)
        {
            problems.Add($"{place}.descriptions", $"{descriptions.Count} descriptions of {categories.Count} categories");
        }

        return problems.Count > before ? null : new Facet(name, kind == "document" ? FacetKind.Document : FacetKind.Token, categories) { Descriptions = descriptions };
    }

    private static List<string>? ReadStrings(JsonElement item, string name, string place, InputProblems problems)
    {
        if (!item.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
        {
            problems.Add($"{place}.{name}", "a list of strings is expected");
            return null;
        }

        return list.EnumerateArray().Select(v => v.GetString()!).ToList();
    }
}
