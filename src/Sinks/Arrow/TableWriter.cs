using Apache.Arrow;
using Apache.Arrow.Types;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Turns rows into the columns of a batch: one call per column, in the order of the schema.</summary>
/// <typeparam name="TRow">Type of the rows.</typeparam>
internal sealed class TableWriter<TRow>(IReadOnlyList<TRow> rows)
{
    private readonly List<Field> _fields = [];
    private readonly List<IArrowArray> _columns = [];

    public TableWriter<TRow> Int32(string name, Func<TRow, int> value) =>
        Add(name, Int32Type.Default, false, new Int32Array.Builder().AppendRange(rows.Select(value)).Build());

    public TableWriter<TRow> Int64(string name, Func<TRow, long> value) =>
        Add(name, Int64Type.Default, false, new Int64Array.Builder().AppendRange(rows.Select(value)).Build());

    public TableWriter<TRow> Double(string name, Func<TRow, double> value) =>
        Add(name, DoubleType.Default, false, new DoubleArray.Builder().AppendRange(rows.Select(value)).Build());

    public TableWriter<TRow> Boolean(string name, Func<TRow, bool> value) =>
        Add(name, BooleanType.Default, false, new BooleanArray.Builder().AppendRange(rows.Select(value)).Build());

    public TableWriter<TRow> NullableInt32(string name, Func<TRow, int?> value)
    {
        var builder = new Int32Array.Builder();
        foreach (var row in rows)
        {
            builder.Append(value(row));
        }

        return Add(name, Int32Type.Default, true, builder.Build());
    }

    public TableWriter<TRow> NullableInt64(string name, Func<TRow, long?> value)
    {
        var builder = new Int64Array.Builder();
        foreach (var row in rows)
        {
            builder.Append(value(row));
        }

        return Add(name, Int64Type.Default, true, builder.Build());
    }

    public TableWriter<TRow> NullableDouble(string name, Func<TRow, double?> value)
    {
        var builder = new DoubleArray.Builder();
        foreach (var row in rows)
        {
            builder.Append(value(row));
        }

        return Add(name, DoubleType.Default, true, builder.Build());
    }

    /// <summary>Text that is different in every row.</summary>
    public TableWriter<TRow> Text(string name, Func<TRow, string> value)
    {
        var builder = new StringArray.Builder();
        foreach (var row in rows)
        {
            builder.Append(value(row));
        }

        return Add(name, StringType.Default, false, builder.Build());
    }

    /// <summary>Text that repeats: a dictionary in the order of first appearance, so that the same rows give the same bytes.</summary>
    public TableWriter<TRow> Category(string name, Func<TRow, string> value) => Category(name, false, value);

    /// <summary>Text that repeats or is missing.</summary>
    public TableWriter<TRow> NullableCategory(string name, Func<TRow, string?> value) => Category(name, true, value);

    /// <summary>A statistic with its interval and its null: four columns.</summary>
    public TableWriter<TRow> Estimate(string name, Func<TRow, Estimate> value) =>
        Double(name, row => value(row).Value)
            .Double(name + "_low", row => value(row).Low)
            .Double(name + "_high", row => value(row).High)
            .Double(name + "_null", row => value(row).Null);

    /// <summary>A column that is made elsewhere, one value per row.</summary>
    public TableWriter<TRow> Add(string name, IArrowType type, bool nullable, IArrowArray column)
    {
        _fields.Add(new Field(name, type, nullable));
        _columns.Add(column);
        return this;
    }

    public RecordBatch Build(Tables table, RunIdentity run)
    {
        var schema = new Schema(
            _fields,
            new Dictionary<string, string>
            {
                [TableSchema.TableKey] = TableSchema.NameOf(table),
                [TableSchema.VersionKey] = TableSchema.Version,
                [TableSchema.MetricsVersionKey] = run.MetricsVersion,
                [TableSchema.RunKey] = run.Run,
                [TableSchema.ModelKey] = run.Model,
                [TableSchema.ProducerKey] = run.Producer,
            });
        return new RecordBatch(schema, _columns, rows.Count);
    }

    private TableWriter<TRow> Category(string name, bool nullable, Func<TRow, string?> value)
    {
        var places = new Dictionary<string, int>();
        var indices = new Int32Array.Builder();
        var words = new StringArray.Builder();
        foreach (var row in rows)
        {
            if (value(row) is not { } word)
            {
                indices.AppendNull();
                continue;
            }

            if (!places.TryGetValue(word, out var place))
            {
                place = places.Count;
                places.Add(word, place);
                words.Append(word);
            }

            indices.Append(place);
        }

        var type = new DictionaryType(Int32Type.Default, StringType.Default, false);
        return Add(name, type, nullable, new DictionaryArray(type, indices.Build(), words.Build()));
    }
}
