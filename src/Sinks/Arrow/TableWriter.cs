using Apache.Arrow;
using Apache.Arrow.Types;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Collects the columns of a batch, each with what it means: one call per column, in the order of the schema.</summary>
/// <param name="length">Number of rows.</param>
internal class TableWriter(int length)
{
    private readonly List<TableColumn> _columns = [];
    private readonly List<IArrowArray?> _arrays = [];

    /// <summary>The columns so far.</summary>
    public IReadOnlyList<TableColumn> Columns => _columns;

    /// <summary>Type of columns of text that repeats.</summary>
    public static DictionaryType CategoryType { get; } = new(Int32Type.Default, StringType.Default, false);

    /// <summary>A column whose values are the array's, not copies of them.</summary>
    public void AddInt32(string name, ColumnDoc doc, ReadOnlyMemory<int> values) => Add(name, doc, false, Int32(values));

    /// <summary>A column whose values are the array's, not copies of them.</summary>
    public void AddInt64(string name, ColumnDoc doc, ReadOnlyMemory<long> values) =>
        Add(name, doc, false, new Int64Array(ColumnBytes<long>.Of(values), ArrowBuffer.Empty, values.Length, 0, 0));

    /// <summary>A column whose values are the array's, not copies of them.</summary>
    public void AddDouble(string name, ColumnDoc doc, ReadOnlyMemory<double> values) =>
        Add(name, doc, false, new DoubleArray(ColumnBytes<double>.Of(values), ArrowBuffer.Empty, values.Length, 0, 0));

    /// <summary>A column of text given as places in a list of words; the places are the array's, not copies of them.</summary>
    public void AddCategory(string name, ColumnDoc doc, ReadOnlyMemory<int> places, IReadOnlyList<string> words) =>
        Add(name, doc, false, new DictionaryArray(CategoryType, Int32(places), Dictionary(words)));

    /// <summary>A column of which values may be missing; they are the array's, not copies of them.</summary>
    public void AddNullableDouble(string name, ColumnDoc doc, OptionalValues<double> values) =>
        Add(name, doc, true, new DoubleArray(ColumnBytes<double>.Of(values.Values), Validity(values), values.Values.Length, values.Missing, 0));

    /// <summary>A column of text, given as places in a list of words, of which values may be missing; the places are the array's, not copies of them.</summary>
    public void AddNullableCategory(string name, ColumnDoc doc, OptionalValues<int> places, IReadOnlyList<string> words) =>
        Add(name, doc, true, new DictionaryArray(CategoryType, Int32(places.Values, Validity(places), places.Missing), Dictionary(words)));

    /// <summary>A column without missing values that is there.</summary>
    public void AddArray(string name, ColumnDoc doc, IArrowArray column) => Add(name, doc, false, column);

    /// <summary>The training step, the same in every row.</summary>
    public void AddStep(long step)
    {
        var steps = GC.AllocateUninitializedArray<long>(length);
        System.Array.Fill(steps, step);
        AddInt64("step", ColumnDoc.Step, steps);
    }

    /// <summary>Makes the batch; once.</summary>
    public virtual RecordBatch Build(Tables table, RunIdentity run)
    {
        var schema = new Schema(
            _columns.Select(column => column.Field),
            new Dictionary<string, string>
            {
                [TableSchema.TableKey] = TableSchema.NameOf(table),
                [TableSchema.VersionKey] = TableSchema.Version,
                [TableSchema.MetricsVersionKey] = run.MetricsVersion,
                [TableSchema.RunKey] = run.Run,
                [TableSchema.ModelKey] = run.Model,
                [TableSchema.ProducerKey] = run.Producer,
            });
        return new RecordBatch(schema, _arrays!, length);
    }

    /// <summary>Adds a column whose values are there.</summary>
    protected void Add(string name, ColumnDoc doc, bool nullable, IArrowArray column) => Set(Add(name, doc, column.Data.DataType, nullable), column);

    /// <summary>Adds a column whose values come before the batch is made (<see cref="Set"/>); its place.</summary>
    protected int Add(string name, ColumnDoc doc, IArrowType type, bool nullable)
    {
        _columns.Add(new TableColumn(new Field(name, type, nullable), doc));
        _arrays.Add(null);
        return _arrays.Count - 1;
    }

    /// <summary>Sets a column's values.</summary>
    protected void Set(int place, IArrowArray column) => _arrays[place] = column;

    protected static Int32Array Int32(ReadOnlyMemory<int> values, ArrowBuffer validity = default, int nulls = 0) =>
        new(ColumnBytes<int>.Of(values), nulls == 0 ? ArrowBuffer.Empty : validity, values.Length, nulls, 0);

    private static ArrowBuffer Validity<T>(OptionalValues<T> values)
        where T : struct => values.Missing == 0 ? ArrowBuffer.Empty : new ArrowBuffer(values.Present);

    protected static StringArray Dictionary(IReadOnlyList<string> words)
    {
        var builder = new StringArray.Builder();
        foreach (var word in words)
        {
            builder.Append(word);
        }

        return builder.Build();
    }
}
