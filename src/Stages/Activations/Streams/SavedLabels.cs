using System.Globalization;
using System.Text;
using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Activations.Streams;

/// <summary>
/// Makes a probe set of the columns of a layer's file. Every column <c>label.FACET</c> is a facet: of documents when all rows of each
/// document carry the same label, else of single rows. A negative label is none. Names of the categories stand as a JSON list in the
/// metadata under the column's name, or in <c>labels.json</c> beside the file; without either they are called by their numbers.
/// </summary>
internal static class SavedLabels
{
    /// <summary>Names of categories, beside the layers' files.</summary>
    public const string NamesFile = "labels.json";

    private const string DocumentName = "document";
    private const string LabelPrefix = "label.";
    private const string Remedy = "Save documents and labels as data/README.md shows";

    /// <summary>Reads the columns.</summary>
    /// <param name="layer">The file.</param>
    /// <exception cref="BadInputException">A column is not what it should be, or there is no label.</exception>
    public static ProbeSet Read(SavedLayer layer)
    {
        var file = layer.File;
        var rows = (int)layer.Probe.Rows;
        var columns = file.Tensors.Where(t => t.Name.StartsWith(LabelPrefix, StringComparison.Ordinal)).OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        if (columns.Count == 0)
        {
            throw new BadInputException(file.Path, "", $"it has no column {LabelPrefix}FACET: nothing is known of its rows", Remedy);
        }

        var (names, lengths) = Documents(file, rows);
        using var listed = Listed(file.Path);
        var facets = new List<Facet>();
        var labels = new List<short[]>();
        foreach (var column in columns)
        {
            var name = column.Name[LabelPrefix.Length..];
            if (name.Length is 0 or > ActivationLimits.NameCharacters || name.Any(char.IsControl))
            {
                throw new BadInputException(file.Path, $"tensor {SafetensorsHeader.Quote(column.Name)}", "the facet has no name that can be shown", Remedy);
            }

            var values = SavedIntegers.Read(file, column, rows);
            var categories = Categories(file, listed, column.Name, name, values.Max());
            labels.Add(Labels(file, column.Name, values, categories.Count));
            facets.Add(new Facet(name, KindOf(labels[^1], lengths), categories));
        }

        var first = 0;
        return new ProbeSet(facets, [.. lengths.Select((length, d) =>
        {
            var (from, to) = (first, first += length);
            return new LabelledDocument(names[d], new int[length], [.. labels.Select(l => l[from..to])]);
        })]);
    }

    /// <summary>Whether a file has columns of its own.</summary>
    public static bool HasAny(SavedLayer layer) => layer.File.Tensors.Any(t => t.Name == DocumentName || t.Name.StartsWith(LabelPrefix, StringComparison.Ordinal));

    private static (List<string> Names, List<int> Lengths) Documents(SafetensorsFile file, int rows)
    {
        if (!file.TryGet(DocumentName, out var column))
        {
            return (["0"], [rows]);
        }

        var values = SavedIntegers.Read(file, column, rows);
        var seen = new HashSet<long>();
        var names = new List<string>();
        var lengths = new List<int>();
        for (var row = 0; row < rows; row++)
        {
            if (row > 0 && values[row] == values[row - 1])
            {
                lengths[^1]++;
                continue;
            }

            if (!seen.Add(values[row]))
            {
                throw new BadInputException(file.Path, $"tensor {DocumentName}, row {row}", $"document {values[row]} began before and was ended by another", "Let the rows of each document stand together");
            }

            if (lengths.Count == ActivationLimits.ProbeDocuments)
            {
                throw new BadInputException(file.Path, $"tensor {DocumentName}, row {row}", $"there are more than {ActivationLimits.ProbeDocuments} documents", "Label fewer rows");
            }

            names.Add(values[row].ToString(CultureInfo.InvariantCulture));
            lengths.Add(1);
        }

        return (names, lengths);
    }

    private static short[] Labels(SafetensorsFile file, string column, long[] values, int categories)
    {
        var labels = new short[values.Length];
        for (var row = 0; row < values.Length; row++)
        {
            labels[row] = values[row] < categories
                ? (short)Math.Max(values[row], -1)
                : throw new BadInputException(file.Path, $"tensor {SafetensorsHeader.Quote(column)}, row {row}", $"label {values[row]} is none of the {categories} categories", Remedy);
        }

        return labels;
    }

    private static FacetKind KindOf(short[] labels, List<int> lengths)
    {
        var first = 0;
        foreach (var length in lengths)
        {
            if (labels.AsSpan(first, length).ContainsAnyExcept(labels[first]))
            {
                return FacetKind.Token;
            }

            first += length;
        }

        return FacetKind.Document;
    }

    private static IReadOnlyList<string> Categories(SafetensorsFile file, JsonDocument? listed, string column, string facet, long highest)
    {
        if (file.Metadata.TryGetValue(column, out var text))
        {
            try
            {
                using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(text));
                return Checked(file.Path, $"__metadata__ {SafetensorsHeader.Quote(column)}", document.RootElement);
            }
            catch (JsonException e)
            {
                throw new BadInputException(file.Path, $"__metadata__ {SafetensorsHeader.Quote(column)}", "it is not JSON", "Write the names as a JSON list of texts", e);
            }
        }

        if (listed is not null && listed.RootElement.TryGetProperty(facet, out var list))
        {
            return Checked(Path.Combine(Path.GetDirectoryName(file.Path)!, NamesFile), SafetensorsHeader.Quote(facet), list);
        }

        return highest < short.MaxValue
            ? [.. Enumerable.Range(0, (int)Math.Max(highest, 0) + 1).Select(c => c.ToString(CultureInfo.InvariantCulture))]
            : throw new BadInputException(file.Path, $"tensor {SafetensorsHeader.Quote(column)}", $"label {highest} is more than {short.MaxValue - 1}", "Number the categories from 0");
    }

    private static IReadOnlyList<string> Checked(string file, string place, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
        {
            throw new BadInputException(file, place, "it is not a list of texts", "Write the names of the categories, in the order of their numbers");
        }

        string[] names = [.. list.EnumerateArray().Select(v => v.GetString()!)];
        return names.Length is > 0 and <= short.MaxValue && names.Distinct(StringComparer.Ordinal).Count() == names.Length && !names.Contains("")
            ? names
            : throw new BadInputException(file, place, $"it has {names.Length} names", $"Give 1 to {short.MaxValue} different names");
    }

    private static JsonDocument? Listed(string layerFile)
    {
        var path = Path.Combine(Path.GetDirectoryName(layerFile)!, NamesFile);
        if (!File.Exists(path))
        {
            return null;
        }

        var document = StrictJson.Read(path, ActivationLimits.LabelNamesBytes, Remedy);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new BadInputException(path, "", "it is not an object with a list of names for each facet", Remedy);
    }
}
