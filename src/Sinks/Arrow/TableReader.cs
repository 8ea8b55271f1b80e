using Apache.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Arrow;

/// <summary>The columns of a batch by name, checked for type and missing values. Columns it does not know are left alone.</summary>
internal sealed class TableReader(RecordBatch batch, string source)
{
    /// <summary>Number of rows.</summary>
    public int Length => batch.Length;

    /// <summary>Whether there is a column, for those that were added within a schema version.</summary>
    public bool Has(string name) => batch.Schema.FieldsList.Any(f => f.Name == name);

    public int[] Int32(string name) => Required<Int32Array>(name).Values.ToArray();

    public long[] Int64(string name) => Required<Int64Array>(name).Values.ToArray();

    public double[] Double(string name) => Required<DoubleArray>(name).Values.ToArray();

    public bool[] Boolean(string name)
    {
        var column = Required<BooleanArray>(name);
        return Rows(row => column.GetValue(row)!.Value);
    }

    public int?[] NullableInt32(string name)
    {
        var column = Column<Int32Array>(name);
        return Rows(column.GetValue);
    }

    public long?[] NullableInt64(string name)
    {
        var column = Column<Int64Array>(name);
        return Rows(column.GetValue);
    }

    public double?[] NullableDouble(string name)
    {
        var column = Column<DoubleArray>(name);
        return Rows(column.GetValue);
    }

    /// <summary>A column that files of older versions lack: nothing but null then.</summary>
    public double?[] OptionalDouble(string name) =>
        batch.Schema.FieldsList.Any(f => f.Name == name) ? NullableDouble(name) : new double?[Length];

    public string[] Text(string name)
    {
        var column = Required<StringArray>(name);
        return Rows(row => column.GetString(row)!);
    }

    public string[] Category(string name)
    {
        var words = NullableCategory(name);
        return Rows(row => words[row] ?? throw Wrong(name, $"row {row} has no value"));
    }

    public string?[] NullableCategory(string name)
    {
        var column = Column<DictionaryArray>(name);
        if (column.Indices is not Int32Array indices || column.Dictionary is not StringArray dictionary)
        {
            throw Wrong(name, $"it is a dictionary of {column.Dictionary.Data.DataType.Name} by {column.Indices.Data.DataType.Name}, not of utf8 by int32");
        }

        var words = new string?[dictionary.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = dictionary.GetString(i);
        }

        return Rows(row => indices.GetValue(row) switch
        {
            null => null,
            { } place when (uint)place < (uint)words.Length => words[place],
            { } place => throw Wrong(name, $"row {row} stands at {place} of a dictionary of {words.Length}"),
        });
    }

    /// <summary>Reads words back into what they stand for.</summary>
    public T[] Words<T>(string name, IReadOnlyDictionary<string, T> values)
    {
        var words = Category(name);
        return Rows(row => values.TryGetValue(words[row], out var value) ? value : throw Wrong(name, $"row {row} says \"{words[row]}\", which is none of {string.Join(", ", values.Keys)}"));
    }

    public Estimate[] Estimate(string name)
    {
        var (value, low, high, @null) = (Double(name), Double(name + "_low"), Double(name + "_high"), Double(name + "_null"));
        return Rows(row => new Estimate(value[row], low[row], high[row], @null[row]));
    }

    /// <summary>A column of a class of array, as long as the batch.</summary>
    public T Column<T>(string name)
        where T : class, IArrowArray
    {
        var fields = batch.Schema.FieldsList;
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name == name)
            {
                return batch.Column(i) is not T column ? throw Wrong(name, $"its type is {fields[i].DataType.Name}")
                    : column.Length != Length ? throw Wrong(name, $"it has {column.Length} values for {Length} rows")
                    : column;
            }
        }

        throw Wrong(name, "it is missing");
    }

    /// <summary>One value per row.</summary>
    public T[] Rows<T>(Func<int, T> value)
    {
        var rows = new T[Length];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = value(row);
        }

        return rows;
    }

    public BadInputException Wrong(string column, string problem) =>
        new(source, $"column {column}", problem, "restore it from where it was written: it was not written by this version of emergence or has been changed");

    /// <summary>A column of a class of array, without missing values.</summary>
    public T Required<T>(string name)
        where T : class, IArrowArray =>
        Column<T>(name) is { NullCount: 0 } column ? column : throw Wrong(name, "values are missing where none may be");
}
