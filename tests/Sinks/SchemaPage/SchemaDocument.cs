using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Apache.Arrow.Types;
using Emergence.Pipeline.Announcing;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Records;

namespace Emergence.Sinks.Tests.SchemaPage;

/// <summary>Makes <c>docs/SCHEMA.md</c> of what the code says: columns of their writers, names of their constants, fields of their records.</summary>
internal static class SchemaDocument
{
    // AnnouncementReader.LargestMessage, which only its own project sees.
    private const int AnnouncedBytes = 4 << 20;

    private static readonly Dictionary<Tables, string> _rows = new()
    {
        [Tables.Curves] = "One row per layer, facet and category: a point of an emergence curve. It repeats run, model and tokens, so that curves of several runs can be put together.",
        [Tables.Features] = "One row per layer and feature of the SAE, also those that do not fire.",
        [Tables.Firings] = "One row per layer, feature and category on which the feature fires, by layer, feature, facet, category. The largest table; above 16 777 216 rows it has several record batches.",
        [Tables.Health] = "One row per layer. The only table with figures that differ from run to run (seconds, tokens per second, waiting, lag); every other is the same to the byte for the same inputs and settings.",
        [Tables.Events] = "One row per event, in the order in which they happened.",
    };

    public static string Make()
    {
        var text = new StringBuilder();
        text.Append($"""
            # Schemas of the published tables

            Everything Emergence publishes about a checkpoint is five tables of Apache Arrow record batches: as files (Arrow IPC file format) in the step's folder of the run folder,
            `step-…/<table>.arrow`, and as messages (Arrow IPC streaming format) in topics of Kafka. This page is generated from the code that writes them, and a test holds it to that code.

            ## Versions, and how to read

            - Within schema version {TableSchema.Version} columns are only ever added. None is renamed, re-typed or removed, and none that has a value in every row gets missing ones. Any other change raises the version.
            - **Take columns by name, not by position, and leave alone the ones you do not know.** Columns marked *added* may be missing in files of earlier versions of Emergence: take them as null.
            - The definitions behind the numbers have a version of their own, `{TableSchema.MetricsVersionKey}`.
            - A file or message may hold several record batches under one schema: read them in a loop. A dictionary holds each word once, in order of first appearance in the table; a piece of a table brings the whole dictionary.
            - Floating point columns may hold NaN and infinities where a figure is not defined; they are values, not nulls.
            - Bodies are not compressed. LZ4 and ZSTD bodies are neither written nor read, because no maintained library offers them in both ways of building this program; Emergence's reader refuses such a body by name and place.
              Topics may be compressed by the producer (`compression.type` among the properties of `--kafka-config`), which a consumer does not see.
            - Named in the design and not computed yet, hence absent and not null: in `curves` best_auroc, best_auroc_low, best_auroc_high, best_auroc_null, t50, t50_low, t50_high, censoring; in `events` the kinds reactivation and scale_threshold.

            ## Metadata of every schema

            | key | value |
            |---|---|

            """);
        Row(text, $"`{TableSchema.TableKey}`", $"the table: {string.Join(", ", TableSchema.Each.Select(t => $"`{TableSchema.NameOf(t)}`"))}");
        Row(text, $"`{TableSchema.VersionKey}`", $"version of names and types of the columns, `{TableSchema.Version}` today");
        Row(text, $"`{TableSchema.MetricsVersionKey}`", "version of the definitions behind the numbers");
        Row(text, $"`{TableSchema.RunKey}`", "run name");
        Row(text, $"`{TableSchema.ModelKey}`", "model name");
        Row(text, $"`{TableSchema.ProducerKey}`", "the program that wrote the batch, and its version");
        foreach (var table in TableSchema.Each)
        {
            text.Append($"\n## Table `{TableSchema.NameOf(table)}`\n\n{_rows[table]}\n\n");
            Row(text, "column", "type", "null", "unit", "range", "meaning");
            text.AppendLine("|---|---|---|---|---|---|");
            foreach (var column in ArrowTables.ColumnsOf(table))
            {
                var (field, doc) = (column.Field, column.Doc);
                Row(text, $"`{field.Name}`", $"`{TypeOf(field.DataType)}`", field.IsNullable ? "yes" : "no", doc.Unit, doc.Range, doc.Meaning + (doc.IsAdded ? " (*added*)" : ""));
            }
        }

        Kafka(text);
        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>A type as the page names it.</summary>
    public static string TypeOf(IArrowType type) => type switch
    {
        DoubleType => "float64",
        FloatType => "float32",
        DictionaryType dictionary => $"dictionary<{TypeOf(dictionary.IndexType)}, {TypeOf(dictionary.ValueType)}>",
        ListType list => $"list<{TypeOf(list.ValueDataType)}>",
        StructType record => $"struct<{string.Join(", ", record.Fields.Select(f => $"{f.Name}: {TypeOf(f.DataType)}"))}>",
        _ => type.Name,
    };

    private static void Kafka(StringBuilder text)
    {
        var topics = new KafkaTopics(KafkaTopics.DefaultPrefix);
        text.Append("\n## Kafka\n\n### Topics\n\nNames begin with `--topic-prefix` where one is given.\n\n| topic | key | value | policy |\n|---|---|---|---|\n");
        foreach (var table in TableSchema.Each)
        {
            Row(text, $"`{topics.Of(table)}`", table == Tables.Events ? "`run/layer`; `run` for events without a layer" : "`run/layer`", $"rows of `{TableSchema.NameOf(table)}` of one step and layer, one Arrow IPC stream complete in itself", "delete");
        }

        Row(text, $"`{topics.Live}`", "`run/layer`", "rows of `curves`: the complete curves of one layer of a checkpoint that is not committed yet, `partial` true; best effort, outside every transaction", "delete, short");
        Row(text, $"`{topics.Checkpoints}`", "`run/group`", "JSON: work announced to workers, see below", "delete");
        Row(text, $"`{topics.Commits}`", "`run`; `run/group` where layer groups publish", "JSON: how far the run is published, see below", "compact");
        Row(text, $"`{topics.State}`", "`run/group/PATH#PART`", "a piece of a file of the group's run folder, see below", "compact");
        text.Append($"""

            One checkpoint is one transaction: its messages and the record in the topic of commits. A consumer with `isolation.level=read_committed` sees all of a checkpoint or none of it. The same key goes to the same partition, so the
            checkpoints of a layer come in the order in which they were committed.

            `{topics.Live}` is written by `watch`, `replay` and `demo` with `--kafka`, in the process that computes the curves, as soon as a layer's are done. Workers (`worker`) do not write to it, nor does `publish`: they publish what is committed.
            Its messages have the headers below but `sequence`, because there is no commit yet. A checkpoint may be there and never be committed; one that is resumed may be there twice.

            ### Headers of a table's message

            All are text in UTF-8.

            | header | value |
            |---|---|

            """);
        Row(text, "`content-type`", $"`{TableMessage.ContentType}`");
        Row(text, "`emergence-table`", "name of the table");
        Row(text, "`emergence-schema-version`", $"`{TableSchema.Version}`");
        Row(text, "`run`", "run name");
        Row(text, "`step`", "training step of the checkpoint, in decimal");
        Row(text, "`layer`", "the layer of all rows, in decimal; left out where the rows concern none");
        Row(text, "`part`", "number of this piece of the table and layer, from 1");
        Row(text, "`parts`", "how many pieces there are");
        Row(text, "`sequence`", "number of the commit in the run, from 1, in the order of committing: steps that come late have a higher one than later steps");
        text.Append($"""

            A message stays under `--kafka-message-bytes` ({KafkaSettings.DefaultMessageBytes:# ### ###} when not given), below the broker's `message.max.bytes`. A larger table is cut by rows into parts; each is a stream with schema and
            dictionaries, and the parts in order are the table. A table without rows for a layer has no message.

            ### Records of `{topics.Commits}`

            JSON in UTF-8; fields you do not know are to be left alone.

            | field | type | null | meaning |
            |---|---|---|---|

            """);
        var docs = XDocument.Load(Path.ChangeExtension(typeof(CommitNotice).Assembly.Location, ".xml")).Descendants("member").Single(m => (string?)m.Attribute("name") == $"T:{typeof(CommitNotice).FullName}");
        var nullability = new NullabilityInfoContext();
        foreach (var parameter in typeof(CommitNotice).GetConstructors().Single(c => c.GetParameters().Length > 1).GetParameters())
        {
            var meaning = docs.Elements("param").Single(p => (string?)p.Attribute("name") == parameter.Name);
            var isNull = nullability.Create(parameter).WriteState == NullabilityState.Nullable;
            Row(text, $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!)}`", JsonTypeOf(parameter.ParameterType), isNull ? "yes" : "no", Words(meaning).TrimEnd('.'));
        }

        text.Append($"""

            ### Messages of `{topics.Checkpoints}`

            JSON in UTF-8, at most {AnnouncedBytes >> 20} MiB; one message for each checkpoint and layer group, in one transaction for all groups of a checkpoint. Fields you do not know are to be left alone; those that have nothing to say are left out.
            A message out of bounds is passed over by workers, and named with its place.


            """);
        RecordMembers.Write(text, typeof(Announcement), Row);
        text.Append($"""

            ### Messages of `{topics.State}`

            The run folders of layer groups, for workers that share no disk (`worker --state kafka`): each file as pieces of at most `--kafka-message-bytes`, sent in the transaction of the commit that they belong to. `PATH` is the file's path in the
            group's run folder, with `/`; `PART` is the number of the piece, from 1. Files that later commits do not need any more (`state/` of the step before) get tombstones. A file counts when all its pieces are there and it hashes to what they say.

            | header | value |
            |---|---|

            """);
        Row(text, "`content-type`", "`application/octet-stream`; a tombstone has only `run`");
        Row(text, "`run`", "run name");
        Row(text, "`sha256`", "SHA-256 of the whole file, lower-case hexadecimal");
        Row(text, "`bytes`", "size of the whole file, in decimal");
        Row(text, "`parts`", "how many pieces there are; an empty file is one empty piece");
        Row(text, "`offset`", "where in the file the piece begins, in decimal");
    }

    private static string JsonTypeOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "text",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(DateTimeOffset) => "text, RFC 3339",
        _ => "whole number",
    };

    /// <summary>What a documentation comment says, as the page says it.</summary>
    public static string Words(XElement doc) => string.Join(' ', string.Concat(doc.Nodes().Select(node => node switch
    {
        XText t => t.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement e => ((string?)e.Attribute("cref") ?? e.Value).Split('.')[^1],
        _ => "",
    })).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static void Row(StringBuilder text, params string[] cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
}
