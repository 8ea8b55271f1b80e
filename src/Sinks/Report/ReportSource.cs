using System.Text.Json;
using System.Text.Json.Nodes;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Report;

/// <summary>Makes a report of a run folder.</summary>
public static class ReportSource
{
    /// <summary>Reads what is committed in a run folder, also while another process writes to it.</summary>
    /// <param name="folder">The run folder.</param>
    /// <exception cref="Stages.Input.BadInputException">It is not a run folder, or a file in it is damaged.</exception>
    public static ReportRun Read(string folder)
    {
        var reader = RunFolderReader.Open(folder);
        var identity = reader.Description.Identity;
        var facts = new List<KeyValuePair<string, string>>();
        Flatten("", reader.Description.Settings, facts);
        facts.Add(new("producer", identity.Producer));
        var commits = reader.ListSteps().Select(reader.ReadCommit).ToList();
        return new(
            identity.Run, identity.Model, identity.Parameters, identity.MetricsVersion, facts,
            [.. commits.Where(c => !c.Refused).Select(c => reader.Read(c.Step, Tables.Curves | Tables.Health | Tables.Events))])
        {
            Unused = [.. commits.Where(c => c.Refused).SelectMany(c => reader.Read(c.Step, Tables.Events).Events)],
        };
    }

    /// <summary>Writes <c>report.html</c> into a run folder.</summary>
    /// <param name="folder">The run folder.</param>
    /// <returns>The file.</returns>
    /// <exception cref="Stages.Input.BadInputException">It is not a run folder, or a file in it is damaged.</exception>
    /// <exception cref="IOException">The report cannot be written; an older one stays.</exception>
    public static string WriteInto(string folder)
    {
        var path = Path.Combine(folder, ReportFile.Name);
        ReportFile.Write(Read(folder), path);
        return path;
    }

    /// <summary>Settings as lines: <c>sae.k</c> and its value; lists of plain values on one line.</summary>
    private static void Flatten(string name, JsonNode? node, List<KeyValuePair<string, string>> facts)
    {
        switch (node)
        {
            case JsonObject inner:
                foreach (var (key, value) in inner)
                    Flatten(name.Length == 0 ? key : $"{name}.{key}", value, facts);
                break;
            case JsonArray list when list.All(v => v is JsonValue):
                facts.Add(new(name, string.Join(", ", list.Select(Text))));
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    Flatten($"{name}.{i}", list[i], facts);
                break;
            default:
                facts.Add(new(name, Text(node)));
                break;
        }
    }

    private static string Text(JsonNode? node) =>
        node is null ? "none" : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
}
