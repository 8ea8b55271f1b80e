using Apache.Arrow;
using Apache.Arrow.Types;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>
/// A table for one stream over many checkpoints and runs: every batch has the same schema. A stream has one dictionary for each column, so
/// repeated text is plain text here; what differs from run to run is not in the metadata, and every row names its run.
/// </summary>
public static class PlainTable
{
    private const string Run = "run";

    /// <summary>The schema of every batch of a table.</summary>
    /// <param name="table">One table.</param>
    public static Schema SchemaOf(Tables table)
    {
        using var empty = Encode(table, new RunIdentity("", "", 0, "", ""), new CheckpointResult(0, null, [], [], [], [], []));
        return empty.Schema;
    }

    /// <summary>Turns the rows of one table into a batch. The caller disposes it.</summary>
    /// <param name="table">One table.</param>
    /// <param name="run">The run.</param>
    /// <param name="result">The checkpoint's rows.</param>
    public static RecordBatch Encode(Tables table, RunIdentity run, CheckpointResult result)
    {
        // Not disposed as a whole: most of its columns are those of the batch that is returned.
        var batch = ArrowTables.Encode(table, run, result);
        var fields = new List<Field>();
        var columns = new List<IArrowArray>();
        if (batch.Schema.FieldsList.All(field => field.Name != Run))
        {
            fields.Add(new Field(Run, StringType.Default, false));
            var names = new StringArray.Builder();
            for (var row = 0; row < batch.Length; row++)
            {
                names.Append(run.Run);
            }

            columns.Add(names.Build());
        }

        for (var i = 0; i < batch.ColumnCount; i++)
        {
            var (field, column) = (batch.Schema.FieldsList[i], batch.Column(i));
            var words = column as DictionaryArray;
            fields.Add(words is null ? field : new Field(field.Name, StringType.Default, field.IsNullable));
            columns.Add(words is null ? column : Words(words));
            words?.Dispose();
        }

        var metadata = new Dictionary<string, string> { [TableSchema.TableKey] = TableSchema.NameOf(table), [TableSchema.VersionKey] = TableSchema.Version };
        return new RecordBatch(new Schema(fields, metadata), columns, batch.Length);
    }

    private static StringArray Words(DictionaryArray column)
    {
        var (places, words) = ((Int32Array)column.Indices, (StringArray)column.Dictionary);
        var plain = new StringArray.Builder();
        for (var row = 0; row < places.Length; row++)
        {
            if (places.GetValue(row) is { } place)
            {
                plain.Append(words.GetString(place));
            }
            else
            {
                plain.AppendNull();
            }
        }

        return plain.Build();
    }
}
