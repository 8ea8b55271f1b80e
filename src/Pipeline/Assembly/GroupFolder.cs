using System.Text.Json.Nodes;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Assembly;

/// <summary>The run folder of a layer group, as the assembler sees it: made by a worker, perhaps not yet.</summary>
/// <param name="folder">The folder.</param>
/// <param name="group">The group.</param>
/// <param name="whole">What the whole run began with.</param>
/// <param name="began">When the whole run began.</param>
internal sealed class GroupFolder(string folder, LayerGroup group, RunDescription whole, DateTimeOffset began)
{
    private RunFolderReader? _reader;

    /// <summary>The group.</summary>
    public LayerGroup Group => group;

    /// <summary>Reads it; only when it has a step.</summary>
    public RunFolderReader Reader => _reader ?? throw new InvalidOperationException($"{group} has committed nothing");

    /// <summary>The steps it has committed.</summary>
    /// <exception cref="BadInputException">The folder is of another run.</exception>
    public IReadOnlySet<long> Steps()
    {
        if (_reader is null)
        {
            if (!File.Exists(Path.Combine(folder, "run.json")))
            {
                return new HashSet<long>();
            }

            var reader = RunFolderReader.Open(folder);
            Check(reader.Description);
            _reader = reader;
        }

        return _reader.ListSteps().ToHashSet();
    }

    private void Check(RunDescription description)
    {
        var mark = GroupMark.Of(description);
        if (mark != new GroupMark(group.Name, began) || description.Identity with { Producer = "" } != whole.Identity with { Producer = "" }
            || !JsonNode.DeepEquals(Text(GroupMark.Common(description)), Text(GroupMark.Common(whole))))
        {
            throw new BadInputException(folder, "", $"it is not layer group {group} of this run", "remove it, so that a worker makes it anew, or give another run folder");
        }
    }

    // Numbers that were read from a file compare as text, those made in memory as values.
    private static JsonNode? Text(JsonObject json) => JsonNode.Parse(json.ToJsonString());
}
