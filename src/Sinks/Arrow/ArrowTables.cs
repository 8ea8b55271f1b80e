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
    /// <summary>Turns the rows of one table into a batch. The caller disposes it.</summary>
    /// <param name="table">One table.</param>
    /// <param name="run">The run.</param>
    /// <param name="result">The checkpoint's rows.</param>
    public static RecordBatch Encode(Tables table, RunIdentity run, CheckpointResult result) => table switch
    {
        Tables.Curves => CurvesTable.Encode(run, result),
        Tables.Features => FeaturesTable.Encode(run, result),
        Tables.Firings => FiringsTable.Encode(run, result),
        Tables.Health => HealthTable.Encode(run, result),
        Tables.Events => EventsTable.Encode(run, result),
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "one table is meant"),
    };

    /// <summary>Writes one table in the Arrow file format.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="table">One table.</param>
    /// <param name="run">The run.</param>
    /// <param name="result">The checkpoint's rows.</param>
    public static void WriteFile(Stream stream, Tables table, RunIdentity run, CheckpointResult result)
    {
        using var batch = Encode(table, run, result);
        using var writer = new ArrowFileWriter(stream, batch.Schema, leaveOpen: true);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
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
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
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

    private static CheckpointResult Read(Func<ArrowStreamReader> open, string source, Tables table, CheckpointResult result)
    {
        var name = TableSchema.NameOf(table);
        try
        {
            using var reader = open();
            return table switch
            {
                Tables.Curves => result with { Curves = Rows(reader, source, name, result.Step, CurvesTable.Decode) },
                Tables.Features => result with { Features = Rows(reader, source, name, result.Step, FeaturesTable.Decode) },
                Tables.Firings => result with { Firings = Rows(reader, source, name, result.Step, FiringsTable.Decode) },
                Tables.Health => result with { Health = Rows(reader, source, name, result.Step, HealthTable.Decode) },
                _ => result with { Events = Rows(reader, source, name, null, EventsTable.Decode) },
            };
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new BadInputException(source, "", $"it is not a readable Arrow table: {e.Message}", "restore it from where it was written", e);
        }
    }

    // compat/Apache.Arrow says InvalidDataException or NotSupportedException. The package checks less and meets damage as it comes.
    private static bool IsRefusal(Exception e) => e is InvalidDataException or NotSupportedException or InvalidOperationException or ArgumentException or IOException
        or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException or InvalidCastException or ArithmeticException or FormatException;

    private static List<TRow> Rows<TRow>(ArrowStreamReader reader, string source, string table, long? step, Func<TableReader, TRow[]> decode)
    {
        var rows = new List<TRow>();
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            using (batch)
            {
                CheckSchema(batch.Schema, source, table);
                var columns = new TableReader(batch, source);
                if (step is { } expected && columns.Int64("step").FirstOrDefault(s => s != expected, expected) is var other && other != expected)
                {
                    throw columns.Wrong("step", $"it says {other} where step {expected} belongs");
                }

                rows.AddRange(decode(columns));
            }
        }

        CheckSchema(reader.Schema, source, table);
        return rows;
    }

    private static void CheckSchema(Schema schema, string source, string table)
    {
        Check(TableSchema.TableKey, table);
        Check(TableSchema.VersionKey, TableSchema.Version);

        void Check(string key, string expected)
        {
            var value = schema.Metadata is { } metadata && metadata.TryGetValue(key, out var found) ? found : null;
            if (value != expected)
            {
                throw new BadInputException(source, $"metadata {key}", $"it says {value ?? "nothing"} where \"{expected}\" belongs", "name a table that this version of emergence wrote");
            }
        }
    }
}
