using Apache.Arrow;
using Apache.Arrow.Ipc;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Arrow;

/// <summary>The batches of a table's file or stream, one by one, checked to be that table's and of that step.</summary>
internal sealed class TableBatches : IDisposable
{
    private readonly string _source;
    private readonly Tables _table;
    private readonly long? _step;
    private readonly ArrowStreamReader _reader;

    /// <param name="open">Makes the reader.</param>
    /// <param name="source">What to call the bytes in an error.</param>
    /// <param name="table">One table.</param>
    /// <param name="step">The step; not looked at for <c>events</c>, whose rows name the step that they concern.</param>
    public TableBatches(Func<ArrowStreamReader> open, string source, Tables table, long step)
    {
        (_source, _table, _step) = (source, table, table == Tables.Events ? null : step);
        _reader = Guarded(open);
    }

    /// <summary>The next batch, which the caller disposes; null at the end.</summary>
    /// <exception cref="BadInputException">The bytes are not Arrow, not that table, or of another step.</exception>
    public RecordBatch? Next()
    {
        var batch = Guarded(_reader.ReadNextRecordBatch);
        CheckSchema(batch?.Schema ?? Guarded(() => _reader.Schema));
        if (batch is not null && _step is { } step)
        {
            var columns = new TableReader(batch, _source);
            var steps = columns.Required<Int64Array>("step").Values;
            if (steps.IndexOfAnyExcept(step) is var other and >= 0)
            {
                throw columns.Wrong("step", $"it says {steps[other]} where step {step} belongs");
            }
        }

        return batch;
    }

    /// <summary>Runs something that reads and turns what a reader of Arrow may throw at damaged bytes into bad input.</summary>
    public T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            var (place, problem) = Place(e.Message);
            throw new BadInputException(_source, place, $"it is not a readable Arrow table: {problem}", "restore it from where it was written", e);
        }
    }

    public void Dispose() => _reader.Dispose();

    // compat/Apache.Arrow says InvalidDataException or NotSupportedException. The package checks less and meets damage as it comes.
    private static bool IsRefusal(Exception e) => e is InvalidDataException or NotSupportedException or InvalidOperationException or ArgumentException or IOException
        or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException or InvalidCastException or ArithmeticException or FormatException;

    // compat/Apache.Arrow begins with the byte at which something is wrong: "offset 12: …". The package says no place.
    private static (string Place, string Problem) Place(string message) =>
        message.StartsWith("offset ", StringComparison.Ordinal) && message.IndexOf(": ", StringComparison.Ordinal) is var end and > 0
            ? (message[..end], message[(end + 2)..])
            : ("", message);

    private void CheckSchema(Schema schema)
    {
        Check(TableSchema.TableKey, TableSchema.NameOf(_table));
        Check(TableSchema.VersionKey, TableSchema.Version);

        void Check(string key, string expected)
        {
            var value = schema.Metadata is { } metadata && metadata.TryGetValue(key, out var found) ? found : null;
            if (value != expected)
            {
                throw new BadInputException(_source, $"metadata {key}", $"it says {value ?? "nothing"} where \"{expected}\" belongs", "name a table that this version of emergence wrote");
            }
        }
    }
}
