using System.Text.Json;
using System.Text.Json.Serialization;
using Emergence.Sinks.Kafka.Records;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// A message of topic <c>checkpoints</c>: one checkpoint for one layer group of a run, complete in itself. What is only spoken of (late,
/// passed over …) travels with the checkpoint whose commit tells of it, so that a message is one commit.
/// </summary>
public sealed record Announcement : AnnouncedCheckpoint
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Run name.</summary>
    [JsonPropertyOrder(-6)]
    public required string Run { get; init; }

    /// <summary>Name of the layer group.</summary>
    [JsonPropertyOrder(-5)]
    public required string Group { get; init; }

    /// <summary>Number of the checkpoint in the order of announcing, from 1; the same in every group.</summary>
    [JsonPropertyOrder(-4)]
    public required long Number { get; init; }

    /// <summary>Layers of the group, ascending.</summary>
    [JsonPropertyOrder(-3)]
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Whether it is the first of the run's groups: that one publishes the events that concern no layer.</summary>
    [JsonPropertyOrder(1)]
    public required bool First { get; init; }

    /// <summary>When the run began: tells two runs of one name apart.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset Began { get; init; }

    /// <summary>Folder of the whole run, as the announcer names it.</summary>
    [JsonPropertyOrder(2)]
    public required string Folder { get; init; }

    /// <summary>What is spoken of in this checkpoint's commit, in the order it happened.</summary>
    [JsonPropertyOrder(3)]
    public IReadOnlyList<AnnouncedCheckpoint> Earlier { get; init; } = [];

    /// <summary>The run's settings.</summary>
    [JsonPropertyOrder(4)]
    public required AnnouncedSettings Settings { get; init; }

    /// <summary>Key of the message.</summary>
    [JsonIgnore]
    public string Key => CommitNotice.KeyOf(Run, Group);

    /// <summary>The message as JSON in UTF-8.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <inheritdoc/>
    public override string ToString() => $"step {Step} of {Key}";
}
