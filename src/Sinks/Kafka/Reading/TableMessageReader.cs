using System.Globalization;
using Apache.Arrow.Ipc;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Reading;

/// <summary>Reads a message of a table's topic. Anybody may have written it: headers, key, schema and rows must say the same.</summary>
public static class TableMessageReader
{
    private const int MaxParts = 100_000;

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="table">The topic's table.</param>
    /// <exception cref="BadInputException">It is not a message of that table; names its place as <c>topic[partition]@offset</c>.</exception>
    public static PublishedRows Read(ReceivedMessage message, Tables table)
    {
        var source = message.Place.ToString();
        if (message.Value is not { } value)
            throw Wrong(source, "value", "it has none");
        Expect(message, "content-type", TableMessage.ContentType);
        Expect(message, "emergence-table", TableSchema.NameOf(table));
        Expect(message, "emergence-schema-version", TableSchema.Version);
        var run = message.Header("run") is { Length: > 0 } name ? name : throw Wrong(source, "header run", "it is missing");
        var step = Number(message, "step", 0, long.MaxValue);
        var sequence = Number(message, "sequence", 1, long.MaxValue);
        var parts = (int)Number(message, "parts", 1, MaxParts);
        var part = (int)Number(message, "part", 1, parts);
        int? layer = message.Header("layer") is null && table == Tables.Events ? null : (int)Number(message, "layer", 0, int.MaxValue);
        var key = layer is null ? run : string.Create(CultureInfo.InvariantCulture, $"{run}/{layer}");
        if (message.Key != key)
            throw Wrong(source, "key", $"it is {(message.Key is null ? "missing" : $"\"{message.Key}\"")} where \"{key}\" belongs");

        var (identity, tokens) = Head(value, source, table, run, step);
        var rows = ArrowTables.ReadStream(value, source, table, new CheckpointResult(step, tokens, [], [], [], [], []));
        if (Layers(rows, table).Any(other => other != layer))
            throw Wrong(source, "column layer", $"it says other layers than the header, {layer?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
        return new(message.Place, identity, sequence, layer, part, parts, rows);
    }

    /// <summary>The layers of a table's rows.</summary>
    private static IEnumerable<int?> Layers(CheckpointResult rows, Tables table) => table switch
    {
        Tables.Curves => rows.Curves.Select(row => (int?)row.Layer),
        Tables.Features => rows.Features.Select(row => (int?)row.Layer),
        Tables.Firings => rows.Firings.Select(row => (int?)row.Layer),
        Tables.Health => rows.Health.Select(row => (int?)row.Layer),
        _ => rows.Events.Select(row => row.Layer),
    };

    // What every batch says of its run: in its metadata, and for curves in columns that are the same in every row.
    private static (RunIdentity Run, long? TokensSeen) Head(byte[] value, string source, Tables table, string run, long step)
    {
        using var batches = new TableBatches(() => new ArrowStreamReader(new MemoryStream(value, writable: false), leaveOpen: false), source, table, step);
        using var batch = batches.Next() ?? throw Wrong(source, "value", "it has no rows");
        var metadata = batch.Schema.Metadata!;
        var told = metadata.TryGetValue(TableSchema.RunKey, out var found) ? found : null;
        if (told != run)
            throw Wrong(source, $"metadata {TableSchema.RunKey}", $"it says {told ?? "nothing"} where the header says {run}");
        var columns = new TableReader(batch, source);
        var curves = table == Tables.Curves && batch.Length > 0;
        var identity = new RunIdentity(
            run,
            metadata.TryGetValue(TableSchema.ModelKey, out var model) ? model : "",
            curves ? columns.Int64("parameters")[0] : 0,
            metadata.TryGetValue(TableSchema.MetricsVersionKey, out var metricsVersion) ? metricsVersion : "",
            metadata.TryGetValue(TableSchema.ProducerKey, out var producer) ? producer : "");
        return (identity, curves ? columns.NullableInt64("tokens_seen")[0] : null);
    }

    private static void Expect(ReceivedMessage message, string header, string expected)
    {
        if (message.Header(header) is var value && value != expected)
            throw Wrong(message.Place.ToString(), $"header {header}", $"it says {value ?? "nothing"} where \"{expected}\" belongs");
    }

    private static long Number(ReceivedMessage message, string header, long low, long high)
    {
        var text = message.Header(header) ?? throw Wrong(message.Place.ToString(), $"header {header}", "it is missing");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high
            ? value
            : throw Wrong(message.Place.ToString(), $"header {header}", $"\"{text}\" is not a number from {low} to {high}");
    }

    private static BadInputException Wrong(string source, string place, string problem) =>
        new(source, place, problem, "see which program writes to this topic: emergence did not write this message");
}
