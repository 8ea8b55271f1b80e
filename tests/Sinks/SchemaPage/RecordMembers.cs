using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml.Linq;
using Emergence.Pipeline.Announcing;
using Limit = Emergence.Pipeline.Settings.WatchLimits;

namespace Emergence.Sinks.Tests.SchemaPage;

/// <summary>The members of a message in JSON, with name, type, meaning and bounds, as rows of the page. What they mean is what their documentation says.</summary>
internal static class RecordMembers
{
    /// <summary>
    /// The bounds of each member, by its type's and its own name. A member that is added without them is named by the test: give it a line here,
    /// and a check in the reader.
    /// </summary>
    private static readonly Dictionary<string, string> _bounds = new()
    {
        ["Announcement.Run"] = "one part of a path: not empty, no `/`, `\\`, `:`, control character, `.` or `..`",
        ["Announcement.Group"] = "like `run`",
        ["Announcement.Number"] = "1 and up",
        ["Announcement.Layers"] = "at least one; from 0",
        ["Announcement.First"] = "–",
        ["Announcement.Began"] = "any",
        ["Announcement.Folder"] = "its last part is `run`; below the workers' `--root`",
        ["Announcement.Earlier"] = "of every kind but `arrived`; may be empty",
        ["Announcement.Settings"] = "see below",
        ["AnnouncedCheckpoint.Kind"] = "of the message's own checkpoint not `passed_over`; `late` only with `late` `insert`",
        ["AnnouncedCheckpoint.Step"] = "0 and up",
        ["AnnouncedCheckpoint.Path"] = "below the workers' `--root`",
        ["AnnouncedCheckpoint.Files"] = "each like `run`; may be empty",
        ["AnnouncedCheckpoint.Hash"] = "64 lower-case hexadecimal digits; needed where the message's own checkpoint is `arrived` or `late`",
        ["AnnouncedCheckpoint.TokensSeen"] = "0 and up",
        ["AnnouncedCheckpoint.Loss"] = "any finite",
        ["AnnouncedCheckpoint.ArrivedAt"] = "any",
        ["AnnouncedCheckpoint.NewestStep"] = "0 and up; needed where `kind` is `late`",
        ["AnnouncedCheckpoint.Waiting"] = "1 and up; needed where `kind` is `passed_over`",
        ["AnnouncedCheckpoint.TakenStep"] = "0 and up; needed where `kind` is `passed_over`",
        ["AnnouncedCheckpoint.Reason"] = "needed where `kind` is `refused`",
        ["AnnouncedCheckpoint.Problem"] = "needed where `kind` is `refused`",
        ["AnnouncedProblem.File"] = "any",
        ["AnnouncedProblem.Place"] = "any; empty for the whole file",
        ["AnnouncedProblem.Problem"] = "any",
        ["AnnouncedProblem.Remedy"] = "any",
        ["AnnouncedSettings.Probe"] = "below the workers' `--root`",
        ["AnnouncedSettings.ProbeColumns"] = "as `--probe-columns` takes them",
        ["AnnouncedSettings.Text"] = "at least one; each below the workers' `--root`, without a comma",
        ["AnnouncedSettings.TokenType"] = "–",
        ["AnnouncedSettings.Tokenizer"] = "below the workers' `--root`",
        ["AnnouncedSettings.Hook"] = "–",
        ["AnnouncedSettings.Features"] = Range(2, Limit.MaxFeatures),
        ["AnnouncedSettings.Expansion"] = Range(1, Limit.MaxExpansion),
        ["AnnouncedSettings.K"] = Range(1, Limit.MaxK) + ", at most `features`",
        ["AnnouncedSettings.Sae"] = "–",
        ["AnnouncedSettings.Budget"] = "`context` × `batch_rows` and up",
        ["AnnouncedSettings.WarmFraction"] = "above 0 to 1",
        ["AnnouncedSettings.WarmDivisor"] = $"1 to {Limit.MaxWarmDivisor:# ### ###}",
        ["AnnouncedSettings.WarmPasses"] = Range(1, Limit.MaxWarmPasses),
        ["AnnouncedSettings.Context"] = Range(2, Limit.MaxContext),
        ["AnnouncedSettings.BatchRows"] = Range(1, Limit.MaxBatchRows),
        ["AnnouncedSettings.Device"] = "`auto`, `cpu`, `cuda` or `cuda:N`",
        ["AnnouncedSettings.Precision"] = "–",
        ["AnnouncedSettings.Copies"] = "–",
        ["AnnouncedSettings.Late"] = "–",
        ["AnnouncedSettings.MeasureLoss"] = "–",
        ["AnnouncedSettings.Seed"] = "any",
    };

    /// <summary>Writes the tables of a record and of the records in it.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="type">The record.</param>
    /// <param name="row">Writes a row.</param>
    public static void Write(StringBuilder text, Type type, Action<StringBuilder, string[]> row)
    {
        var used = new HashSet<string>();
        var pending = new Queue<Type>([type]);
        var written = new HashSet<Type>();
        while (pending.TryDequeue(out var record))
        {
            if (!written.Add(record))
                continue;
            // Of a checkpoint among `earlier` the members are those of the message's own, which are described there.
            if (record.IsAssignableFrom(type) && record != type)
                continue;
            if (record != type)
                text.Append($"\nMembers of {(record == typeof(AnnouncedProblem) ? "`problem`" : "`settings`")}:\n\n");
            row(text, ["field", "type", "null", "bounds", "meaning"]);
            text.Append("|---|---|---|---|---|\n");
            foreach (var property in Members(record))
            {
                var key = $"{property.DeclaringType!.Name}.{property.Name}";
                used.Add(key);
                var bounds = _bounds.GetValueOrDefault(key) ?? throw new InvalidOperationException($"{key} is a member of {type.Name} without bounds: give it a line in {nameof(RecordMembers)}");
                row(text, [$"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}`", TypeOf(property.PropertyType, pending), IsOptional(property) ? "may be left out" : "no", bounds, Meaning(property)]);
            }
        }

        if (_bounds.Keys.Except(used).ToList() is { Count: > 0 } gone)
            throw new InvalidOperationException($"{string.Join(", ", gone)} is not a member any more");
    }

    private static IEnumerable<PropertyInfo> Members(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null && property.Name != "EqualityContract")
        .OrderBy(property => property.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0);

    private static bool IsOptional(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null || new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static string TypeOf(Type type, Queue<Type> pending)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType)
        {
            var item = type.GetGenericArguments()[0];
            return item == typeof(AnnouncedCheckpoint) ? "list of objects with the members from `kind` to `problem`" : $"list of {TypeOf(item, pending)}";
        }

        if (type.IsEnum)
            return "text: " + string.Join(", ", Enum.GetNames(type).Select(name => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}`"));
        if (type == typeof(string))
            return "text";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(double))
            return "number";
        if (type == typeof(DateTimeOffset))
            return "text, RFC 3339";
        if (type.IsPrimitive)
            return "whole number";
        pending.Enqueue(type);
        return "object";
    }

    private static string Meaning(PropertyInfo property)
    {
        var docs = XDocument.Load(Path.ChangeExtension(property.DeclaringType!.Assembly.Location, ".xml")).Descendants("member").ToList();
        var own = docs.SingleOrDefault(member => (string?)member.Attribute("name") == $"P:{property.DeclaringType.FullName}.{property.Name}")?.Element("summary");
        var parameter = docs.SingleOrDefault(member => (string?)member.Attribute("name") == $"T:{property.DeclaringType.FullName}")?.Elements("param").SingleOrDefault(param => (string?)param.Attribute("name") == property.Name);
        return SchemaDocument.Words(own ?? parameter ?? throw new InvalidOperationException($"{property.DeclaringType.Name}.{property.Name} says nothing of itself")).TrimEnd('.');
    }

    private static string Range(long low, long high) => $"{low} to {high.ToString("# ### ###", CultureInfo.InvariantCulture).Trim()}";
}
