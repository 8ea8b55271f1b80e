using Apache.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Turns rows into the columns of a batch. Values go straight into the arrays that are written.</summary>
/// <typeparam name="TRow">Type of the rows.</typeparam>
internal sealed class RowTableWriter<TRow>(TRow[] rows) : TableWriter(rows.Length)
{
    private delegate IArrowArray Finish<T>(ReadOnlyMemory<T> values, ArrowBuffer validity, int nulls);

    /// <summary>Takes rows as an array: one call of the list's interface per row, not one per value.</summary>
    public static RowTableWriter<TRow> Of(IReadOnlyList<TRow> rows) => new(rows as TRow[] ?? [.. rows]);

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
        for (var i = 0; i < rows.Length; i++)
        {
            if (value(rows[i]))
            {
                BitUtility.SetBit(bits, i);
            }
        }

        return Column(name, doc, false, new BooleanArray(new ArrowBuffer(bits), ArrowBuffer.Empty, rows.Length, 0, 0));
    }

    public RowTableWriter<TRow> NullableInt32(string name, ColumnDoc doc, Func<TRow, int?> value) =>
        Nullable(name, doc, value, (values, validity, nulls) => Int32(values, validity, nulls));

    public RowTableWriter<TRow> NullableInt64(string name, ColumnDoc doc, Func<TRow, long?> value) =>
        Nullable(name, doc, value, (values, validity, nulls) => new Int64Array(ColumnBytes<long>.Of(values), validity, values.Length, nulls, 0));

    public RowTableWriter<TRow> NullableDouble(string name, ColumnDoc doc, Func<TRow, double?> value) =>
        Nullable(name, doc, value, (values, validity, nulls) => new DoubleArray(ColumnBytes<double>.Of(values), validity, values.Length, nulls, 0));

    /// <summary>Text that is different in every row.</summary>
    public RowTableWriter<TRow> Text(string name, ColumnDoc doc, Func<TRow, string> value)
    {
        var builder = new StringArray.Builder();
        foreach (var row in rows)
        {
            builder.Append(value(row));
        }

        return Column(name, doc, false, builder.Build());
    }

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

    /// <summary>A column that is made elsewhere, one value per row.</summary>
    public RowTableWriter<TRow> Column(string name, ColumnDoc doc, bool nullable, IArrowArray column)
    {
        Add(name, doc, nullable, column);
        return this;
    }

    private T[] Values<T>(Func<TRow, T> value)
    {
        var values = GC.AllocateUninitializedArray<T>(rows.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return values;
    }

    private RowTableWriter<TRow> Nullable<T>(string name, ColumnDoc doc, Func<TRow, T?> value, Finish<T> finish)
        where T : struct
    {
        var values = GC.AllocateUninitializedArray<T>(rows.Length);
        var validity = new byte[BitUtility.ByteCount(rows.Length)];
        var nulls = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var v = value(rows[i]);
            values[i] = v.GetValueOrDefault();
            if (v.HasValue)
            {
                validity[i >> 3] |= (byte)(1 << (i & 7));
            }
            else
            {
                nulls++;
            }
        }

        return Column(name, doc, true, finish(values, nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity), nulls));
    }

    private RowTableWriter<TRow> Category(string name, ColumnDoc doc, bool nullable, Func<TRow, string?> value)
    {
        var places = new Dictionary<string, int>();
        var words = new List<string>();
        var indices = GC.AllocateUninitializedArray<int>(rows.Length);
        var validity = new byte[BitUtility.ByteCount(rows.Length)];
        var nulls = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (value(rows[i]) is not { } word)
            {
                indices[i] = 0;
                nulls++;
                continue;
            }

            if (!places.TryGetValue(word, out var place))
            {
                place = words.Count;
                places.Add(word, place);
                words.Add(word);
            }

            indices[i] = place;
            validity[i >> 3] |= (byte)(1 << (i & 7));
        }

        return Column(name, doc, nullable, new DictionaryArray(CategoryType, Int32(indices, new ArrowBuffer(validity), nulls), Dictionary(words)));
    }
}
