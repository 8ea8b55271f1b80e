using System.Globalization;
using System.Text.Json.Nodes;
using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Watching;

/// <summary>Says in <c>run.json</c> that a run folder is that of a layer group of an announced run.</summary>
/// <param name="Group">Name of the group.</param>
/// <param name="Began">When the announced run began: tells two runs of one name apart.</param>
internal sealed record GroupMark(string Group, DateTimeOffset Began)
{
    private const string Key = "layer_group";
    private const string NameKey = "name";
    private const string BeganKey = "began";

    /// <summary>Adds it to a description.</summary>
    /// <param name="description">What the run would say if it were one of its own.</param>
    public RunDescription Mark(RunDescription description)
    {
        var settings = description.Settings.DeepClone().AsObject();
        settings[Key] = new JsonObject { [NameKey] = Group, [BeganKey] = Text(Began) };
        return description with { Settings = settings };
    }

    /// <summary>Reads it.</summary>
    /// <param name="description">What a run folder says.</param>
    /// <returns>The mark; null when it is no layer group's.</returns>
    public static GroupMark? Of(RunDescription description) =>
        description.Settings[Key] is JsonObject mark
        && mark[NameKey] is JsonValue name && name.TryGetValue<string>(out var group)
        && mark[BeganKey] is JsonValue began && began.TryGetValue<string>(out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new GroupMark(group, at)
            : null;

    /// <summary>What the description says without the mark and without what groups of one run differ in.</summary>
    /// <param name="description">A description.</param>
    public static JsonObject Common(RunDescription description)
    {
        var settings = description.Settings.DeepClone().AsObject();
        foreach (var key in new[] { Key, "hook_points", "device" })
        {
            settings.Remove(key);
        }

        return settings;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
