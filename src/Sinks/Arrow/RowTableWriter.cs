using Apache.Arrow;
using Apache.Arrow.Types;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>
/// Turns rows into the columns of a batch. Values go straight into the arrays that are written, some rows at a time through all columns: rows
/// are objects all over the memory, and going through all of them once per column would fetch each as often as there are columns.
/// </summary>
/// <typeparam name="TRow">Type of the rows.</typeparam>
internal sealed class RowTableWriter<TRow>(TRow[] rows) : TableWriter(rows.Length)
{
    private const int RowsAtATime = 256;
    private readonly List<Action<int, int>> _fill = [];
    private readonly List<Action> _finish = [];

    private delegate IArrowArray Finish<T>(ReadOnlyMemory<T> values, ArrowBuffer validity, int nulls);

    /// <summary>Takes rows as an array: one call of the list's interface per row, not one per value.</summary>
    public static RowTableWriter<TRow> Of(IReadOnlyList<TRow> rows) => new(rows as TRow[] ?? [.. rows]);

    public override RecordBatch Build(Tables table, RunIdentity run)
    {
        for (var start = 0; start < rows.Length; start += RowsAtATime)
        {
            foreach (var fill in _fill)
            {
                fill(start, Math.Min(start + RowsAtATime, rows.Length));
            }
        }

        _finish.ForEach(finish => finish());
        return base.Build(table, run);
    }

    public RowTableWriter<TRow> Step(long step)
    {
        AddStep(step);
        return this;
    }

    public RowTableWriter<TRow> Int32(string name, ColumnDoc doc, Func<TRow, int> value)
    {
        AddInt32(name, doc, Values(value));
        return this;
    }

    public RowTableWriter<TRow> Int64(string name, ColumnDoc doc, Func<TRow, long> value)
    {
        AddInt64(name, doc, Values(value));
        return this;
    }

    public RowTableWriter<TRow> Double(string name, ColumnDoc doc, Func<TRow, double> value)
    {
        AddDouble(name, doc, Values(value));
        return this;
    }

    public RowTableWriter<TRow> Boolean(string name, ColumnDoc doc, Func<TRow, bool> value)
    {
        var bits = new byte[BitUtility.ByteCount(rows.Length)];
        _fill.Add((start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                if (value(rows[i]))
                {
                    BitUtility.SetBit(bits, i);
                }
            }
        });
        Add(name, doc, false, new BooleanArray(new ArrowBuffer(bits), ArrowBuffer.Empty, rows.Length, 0, 0));
        return this;
    }

    public RowTableWriter<TRow> NullableInt32(string name, ColumnDoc doc, Func<TRow, int?> value) =>
        Nullable(name, doc, value, (values, validity, nulls) => Int32(values, validity, nulls));

    public RowTableWriter<TRow> NullableInt64(string name, ColumnDoc doc, Func<TRow, long?> value) =>
        Nullable(name, doc, value, (values, validity, nulls) => new Int64Array(ColumnBytes<long>.Of(values), validity, values.Length, nulls, 0));

    public RowTableWriter<TRow> NullableDouble(string name, ColumnDoc doc, Func<TRow, double?> value) =>
        Nullable(name, doc, value, (values, validity, nulls) => new DoubleArray(ColumnBytes<double>.Of(values), validity, values.Length, nulls, 0));

    /// <summary>Text that is different in every row.</summary>
    public RowTableWriter<TRow> Text(string name, ColumnDoc doc, Func<TRow, string> value) => Column(name, doc, StringType.Default, () =>
    {
        var builder = new StringArray.Builder();
        foreach (var row in rows)
        {
            builder.Append(value(row));
        }

        return builder.Build();
    });

    /// <summary>Text that repeats: a dictionary in the order of first appearance, so that the same rows give the same bytes.</summary>
    public RowTableWriter<TRow> Category(string name, ColumnDoc doc, Func<TRow, string> value) => Category(name, doc, false, value);

    /// <summary>Text that repeats or is missing.</summary>
    public RowTableWriter<TRow> NullableCategory(string name, ColumnDoc doc, Func<TRow, string?> value) => Category(name, doc, true, value);

    /// <summary>A statistic with its interval and its null: four columns.</summary>
    public RowTableWriter<TRow> Estimate(string name, ColumnDoc doc, Func<TRow, Estimate> value) =>
        Double(name, doc, row => value(row).Value)
            .Double(name + "_low", doc with { Meaning = $"Lower end of the 95 % bootstrap interval of `{name}` over documents" }, row => value(row).Low)
            .Double(name + "_high", doc with { Meaning = $"Upper end of the 95 % bootstrap interval of `{name}` over documents" }, row => value(row).High)
            .Double(name + "_null", doc with { Meaning = $"Mean of `{name}` under permuted labels" }, row => value(row).Null);

    /// <summary>A column without missing values that is made elsewhere, one value per row.</summary>
    public RowTableWriter<TRow> Column(string name, ColumnDoc doc, IArrowType type, Func<IArrowArray> make)
    {
        Later(name, doc, type, false, make);
        return this;
    }

    private T[] Values<T>(Func<TRow, T> value)
    {
        var values = GC.AllocateUninitializedArray<T>(rows.Length);
        _fill.Add((start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                values[i] = value(rows[i]);
            }
        });
        return values;
    }

    private RowTableWriter<TRow> Nullable<T>(string name, ColumnDoc doc, Func<TRow, T?> value, Finish<T> finish)
        where T : struct
    {
        var values = GC.AllocateUninitializedArray<T>(rows.Length);
        var validity = new byte[BitUtility.ByteCount(rows.Length)];
        var nulls = 0;
        _fill.Add((start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                var v = value(rows[i]);
                values[i] = v.GetValueOrDefault();
                validity[i >> 3] |= (byte)((v.HasValue ? 1 : 0) << (i & 7));
                nulls += v.HasValue ? 0 : 1;
            }
        });
        Later(name, doc, finish(default, ArrowBuffer.Empty, 0).Data.DataType, true, () => finish(values, new ArrowBuffer(validity), nulls));
        return this;
    }

    private RowTableWriter<TRow> Category(string name, ColumnDoc doc, bool nullable, Func<TRow, string?> value)
    {
        var words = new WordColumn(rows.Length);
        _fill.Add((start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                words.Set(i, value(rows[i]));
            }
        });
        Later(name, doc, CategoryType, nullable, () => new DictionaryArray(CategoryType, Int32(words.Places, new ArrowBuffer(words.Validity), words.Nulls), Dictionary(words.Words)));
        return this;
    }

    private void Later(string name, ColumnDoc doc, IArrowType type, bool nullable, Func<IArrowArray> make)
    {
        var place = Add(name, doc, type, nullable);
        _finish.Add(() => Set(place, make()));
    }
}
