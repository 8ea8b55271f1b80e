namespace Emergence.TestBroker.Log;

/// <summary>The topic options that this broker knows, with Kafka's defaults. It keeps and tells them; only <c>max.message.bytes</c> and the key that compaction demands have an effect.</summary>
internal static class TopicOptions
{
    public static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        ["cleanup.policy"] = "delete",
        ["compression.type"] = "producer",
        ["delete.retention.ms"] = "86400000",
        ["file.delete.delay.ms"] = "60000",
        ["max.compaction.lag.ms"] = "9223372036854775807",
        ["max.message.bytes"] = "1048588",
        ["message.timestamp.type"] = "CreateTime",
        ["min.cleanable.dirty.ratio"] = "0.5",
        ["min.compaction.lag.ms"] = "0",
        ["min.insync.replicas"] = "1",
        ["retention.bytes"] = "-1",
        ["retention.ms"] = "604800000",
        ["segment.bytes"] = "1073741824",
        ["segment.ms"] = "604800000",
        ["unclean.leader.election.enable"] = "false",
    };

    /// <summary>The value that holds.</summary>
    public static string Value(IReadOnlyDictionary<string, string> own, string name) => own.GetValueOrDefault(name) ?? Defaults[name];

    /// <summary>Whether an option can be set to a value.</summary>
    public static bool IsValid(string name, string? value) => value is not null && name switch
    {
        "cleanup.policy" => value.Split(',').All(policy => policy.Trim() is "compact" or "delete"),
        "compression.type" => value is "uncompressed" or "zstd" or "lz4" or "snappy" or "gzip" or "producer",
        "message.timestamp.type" => value is "CreateTime",
        "unclean.leader.election.enable" => value is "true" or "false",
        "min.cleanable.dirty.ratio" => double.TryParse(value, out var ratio) && ratio is >= 0 and <= 1,
        "max.message.bytes" or "min.insync.replicas" or "segment.bytes" => int.TryParse(value, out var size) && size >= 0,
        _ => Defaults.ContainsKey(name) && long.TryParse(value, out var number) && number >= -1,
    };
}
