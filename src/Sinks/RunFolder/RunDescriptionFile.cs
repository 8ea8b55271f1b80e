using System.Text.Json;
using System.Text.Json.Nodes;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>The form of <c>run.json</c>.</summary>
internal static class RunDescriptionFile
{
    public const string Name = "run.json";
    private const int Format = 1;
    private const string FormatKey = "format";
    private const string SettingsKey = "settings";
    private const string ProducerKey = "producer";
    private const string Remedy = "restore run.json from a copy, or give another run folder";

    /// <summary>A description as JSON.</summary>
    public static JsonObject ToJson(RunDescription description)
    {
        var json = JsonSerializer.SerializeToNode(description.Identity, JsonFile.Options)!.AsObject();
        json.Insert(0, FormatKey, Format);
        json.Add(SettingsKey, description.Settings.DeepClone());

        // Numbers that were read from a file compare as text, those made in memory as values: through text all are alike.
        return JsonNode.Parse(json.ToJsonString(JsonFile.Options))!.AsObject();
    }

    /// <exception cref="BadInputException">The file is not a run description, or of another format.</exception>
    public static RunDescription Read(string path)
    {
        var json = JsonFile.Read<JsonObject>(path, Remedy);
        if (json[FormatKey] is not JsonValue format || !format.TryGetValue<int>(out var number) || number != Format)
        {
            throw new BadInputException(path, $"key {FormatKey}", $"it is not {Format}", "use the version of emergence that wrote the run, or give another run folder");
        }

        if (json[SettingsKey] is not JsonObject settings)
        {
            throw new BadInputException(path, $"key {SettingsKey}", "it is not an object", Remedy);
        }

        json.Remove(SettingsKey);
        try
        {
            return new RunDescription(json.Deserialize<RunIdentity>(JsonFile.Options)!, settings);
        }
        catch (JsonException e)
        {
            throw new BadInputException(path, "", $"it does not describe a run: {e.Message}", Remedy, e);
        }
    }

    /// <summary>What differs between the description a run began with and another, one line each; none when nothing that matters does.</summary>
    public static IReadOnlyList<string> Differences(RunDescription began, RunDescription now)
    {
        var differences = new List<string>();
        var (before, after) = (ToJson(began), ToJson(now));
        before.Remove(ProducerKey);
        after.Remove(ProducerKey);
        Compare("", before, after, differences);
        return differences;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<string> differences)
    {
        if (before is JsonObject b && after is JsonObject a)
        {
            foreach (var key in b.Select(pair => pair.Key).Union(a.Select(pair => pair.Key)))
            {
                var place = path.Length == 0 ? key : $"{path}.{key}";
                if (!b.ContainsKey(key) || !a.ContainsKey(key))
                {
                    differences.Add($"{place} was {Show(b, key)}, now {Show(a, key)}");
                    continue;
                }

                Compare(place, b[key], a[key], differences);
            }
        }
        else if (!JsonNode.DeepEquals(before, after))
        {
            differences.Add($"{path} was {Show(before)}, now {Show(after)}");
        }
    }

    private static string Show(JsonObject json, string key) => json.ContainsKey(key) ? Show(json[key]) : "absent";

    private static string Show(JsonNode? node)
    {
        const int Longest = 80;
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }
}
