using Apache.Arrow;
using Apache.Arrow.Ipc;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Arrow;

/// <summary>
/// Between rows and Arrow bytes. The same rows give the same bytes: dictionaries are in order of first appearance, nothing is
/// taken from a clock, and each table is one batch.
/// </summary>
public static class ArrowTables
{
    /// <summary>
    /// Most rows of a batch in a file or stream: a reader holds a batch as one piece. Only tables above it have several batches.
    /// </summary>
    private const int BatchRows = 1 << 24;

    /// <summary>Turns the rows of one table into a batch, a view of arrays that must not change while it is used. The caller disposes it.</summary>
    /// <param name="table">One table.</param>
    /// <param name="run">The run.</param>
    /// <param name="result">The checkpoint's rows.</param>
    /// <param name="partial">Whether the checkpoint is not committed yet, and the curves are those of the layers that are done (column <c>partial</c> of <c>curves</c>).</param>
    public static RecordBatch Encode(Tables table, RunIdentity run, CheckpointResult result, bool partial = false) => Columns(table, run, result, partial).Build(table, run);

    /// <summary>The columns of a table, in order, with what each means.</summary>
    /// <param name="table">One table.</param>
    internal static IReadOnlyList<TableColumn> ColumnsOf(Tables table) =>
        Columns(table, new RunIdentity("", "", 0, "", ""), new CheckpointResult(0, null, [], [], [], [], []), false).Columns;

    /// <summary>Writes one table in the Arrow file format.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="table">One table.</param>
    /// <param name="run">The run.</param>
    /// <param name="result">The checkpoint's rows.</param>
    public static void WriteFile(Stream stream, Tables table, RunIdentity run, CheckpointResult result)
    {
        using var batch = Encode(table, run, result);
        using var writer = new ArrowFileWriter(stream, batch.Schema, leaveOpen: true);
        WriteBatches(writer, batch);
    }

    /// <summary>Writes one table in the Arrow streaming format: a message complete in itself.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="table">One table.</param>
    /// <param name="run">The run.</param>
    /// <param name="result">The checkpoint's rows.</param>
    public static void WriteStream(Stream stream, Tables table, RunIdentity run, CheckpointResult result)
    {
        using var batch = Encode(table, run, result);
        using var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true);
        WriteBatches(writer, batch);
    }

    /// <summary>Reads one table in the Arrow file format and fills its rows in.</summary>
    /// <param name="stream">From where; stays open; can be sought in.</param>
    /// <param name="source">What to call it in an error: the file's path.</param>
    /// <param name="table">One table.</param>
    /// <param name="result">The checkpoint; what it has in the other tables stays.</param>
    /// <returns><paramref name="result"/> with the table's rows.</returns>
    /// <exception cref="BadInputException">The bytes are not that table, or are of another step.</exception>
    public static CheckpointResult ReadFile(Stream stream, string source, Tables table, CheckpointResult result) =>
        Read(() => new ArrowFileReader(stream, leaveOpen: true), source, table, result);

    /// <summary>Reads one table in the Arrow streaming format and fills its rows in.</summary>
    /// <param name="stream">From where; stays open.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <param name="table">One table.</param>
    /// <param name="result">The checkpoint; what it has in the other tables stays.</param>
    /// <returns><paramref name="result"/> with the table's rows.</returns>
    /// <exception cref="BadInputException">The bytes are not that table, or are of another step.</exception>
    public static CheckpointResult ReadStream(Stream stream, string source, Tables table, CheckpointResult result) =>
        Read(() => new ArrowStreamReader(stream, leaveOpen: true), source, table, result);

    /// <summary>Reads one table in the Arrow streaming format from memory and fills its rows in.</summary>
    /// <param name="bytes">The stream, such as a message's value; not changed until the call has ended.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <param name="table">One table.</param>
    /// <param name="result">The checkpoint; what it has in the other tables stays.</param>
    /// <returns><paramref name="result"/> with the table's rows.</returns>
    /// <exception cref="BadInputException">The bytes are not that table, or are of another step.</exception>
    public static CheckpointResult ReadStream(ReadOnlyMemory<byte> bytes, string source, Tables table, CheckpointResult result) =>
        Read(() => new ArrowStreamReader(bytes), source, table, result);

    /// <summary>Writes a batch, cut where it has more rows than a batch may, and the end.</summary>
    internal static void WriteBatches(ArrowStreamWriter writer, RecordBatch batch, int batchRows = BatchRows)
    {
        if (batch.Length <= batchRows)
        {
            writer.WriteRecordBatch(batch);
        }
        else
        {
            for (var start = 0; start < batch.Length; start += batchRows)
            {
                writer.WriteRecordBatch(batch.Slice(start, Math.Min(batchRows, batch.Length - start)));
            }
        }

        writer.WriteEnd();
    }

    private static TableWriter Columns(Tables table, RunIdentity run, CheckpointResult result, bool partial) => table switch
    {
        Tables.Curves => CurvesTable.Write(run, result, partial),
        Tables.Features => FeaturesTable.Write(result),
        Tables.Firings => FiringsTable.Write(result),
        Tables.Health => HealthTable.Write(result),
        Tables.Events => EventsTable.Write(result),
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "one table is meant"),
    };

    private static CheckpointResult Read(Func<ArrowStreamReader> open, string source, Tables table, CheckpointResult result)
    {
        using var batches = new TableBatches(open, source, table, result.Step);
        return table switch
        {
            Tables.Curves => result with { Curves = Rows(batches, source, CurvesTable.Decode) },
            Tables.Features => result with { Features = FeatureColumns.Concatenate(Batches(batches, source, FeaturesTable.Decode)) },
            Tables.Firings => result with { Firings = FiringColumns.Concatenate(Batches(batches, source, FiringsTable.Decode)) },
            Tables.Health => result with { Health = Rows(batches, source, HealthTable.Decode) },
            _ => result with { Events = Rows(batches, source, EventsTable.Decode) },
        };
    }

    private static IReadOnlyList<TRow> Rows<TRow>(TableBatches batches, string source, Func<TableReader, TRow[]> decode)
    {
        var decoded = Batches(batches, source, decode);
        return decoded.Count == 1 ? decoded[0] : [.. decoded.SelectMany(rows => rows)];
    }

    private static List<T> Batches<T>(TableBatches batches, string source, Func<TableReader, T> decode)
    {
        var decoded = new List<T>();
        while (batches.Next() is { } batch)
        {
            using (batch)
            {
                decoded.Add(batches.Guarded(() => decode(new TableReader(batch, source))));
            }
        }

        return decoded;
    }
}
