using System.Text.Json;
using System.Text.Json.Serialization;

namespace Emergence.Sinks.Kafka.Records;

/// <summary>
/// A record of topic <c>commits</c>: the newest commit of a run (or of one of its layer groups) that is published. It is the cursor of
/// the outbox: everything up to its sequence number is in the topics, nothing behind it.
/// </summary>
/// <param name="Run">Run name.</param>
/// <param name="Group">Layer group; null for a run that one process publishes.</param>
/// <param name="Sequence">Number of the commit in the run folder, from 1, in the order of committing.</param>
/// <param name="Step">Training step.</param>
/// <param name="Hash">SHA-256 of the commit (its <c>commit.json</c>), lower-case hexadecimal.</param>
/// <param name="Refused">Whether the checkpoint was refused: only its events are published.</param>
/// <param name="Inserted">Whether it came late and lies before steps that are published already.</param>
/// <param name="Messages">Messages of the transaction, this one not counted.</param>
/// <param name="TokensSeen">Tokens the language model had trained on; null when the checkpoint does not say.</param>
/// <param name="CommittedAt">When it was committed to the run folder, UTC.</param>
/// <param name="Producer">The program that published it, and its version.</param>
/// <param name="Publisher">Names the publisher, another each time that one is started: by it an older one learns that another has taken its place; null where it is not said.</param>
public sealed record CommitNotice(
    string Run,
    string? Group,
    long Sequence,
    long Step,
    string Hash,
    bool Refused,
    bool Inserted,
    int Messages,
    long? TokensSeen,
    DateTimeOffset CommittedAt,
    string Producer,
    string? Publisher = null)
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Key of the record: the run, and the layer group behind a slash when there is one.</summary>
    public string Key => KeyOf(Run, Group);

    /// <summary>Key of a run's or a layer group's records.</summary>
    /// <param name="run">Run name.</param>
    /// <param name="group">Layer group; null for a run that one process publishes.</param>
    public static string KeyOf(string run, string? group) => group is null ? run : $"{run}/{group}";

    /// <summary>The record as JSON in UTF-8.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, _options);

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">JSON in UTF-8, from outside.</param>
    /// <returns>The record; null when the bytes are none.</returns>
    public static CommitNotice? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<CommitNotice>(bytes, _options) is { Sequence: > 0, Step: >= 0, Messages: >= 0 } notice ? notice : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
