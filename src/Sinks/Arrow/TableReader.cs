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
        var bits = column.ValueBuffer.Span;
        var values = new bool[Length];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = BitUtility.GetBit(bits, row + column.Offset);
        }

        return values;
    }

    public int?[] NullableInt32(string name) => Nullable<int, Int32Array>(name);

    public long?[] NullableInt64(string name) => Nullable<long, Int64Array>(name);

    public double?[] NullableDouble(string name) => Nullable<double, DoubleArray>(name);

    /// <summary>A column of which values may be missing.</summary>
    public OptionalValues<double> OptionalDoubles(string name)
    {
        var column = Column<DoubleArray>(name);
        return new(column.Values.ToArray(), Present(column), column.NullCount);
    }

    /// <summary>A column of text of which values may be missing, as places in a list of words.</summary>
    public (OptionalValues<int> Places, string[] Words) OptionalPlaces(string name)
    {
        var (indices, words) = Dictionary(name);
        var places = new OptionalValues<int>(indices.Values.ToArray(), Present(indices), indices.NullCount);
        var span = places.Values.Span;
        for (var row = 0; row < span.Length; row++)
        {
            // The place of a missing word may be anything.
            if ((uint)span[row] >= (uint)words.Length && places.IsPresent(row))
            {
                throw Outside(name, row, span[row], words.Length);
            }
        }

        return (places, words);
    }

    /// <summary>A column that files of older versions lack: nothing but null then.</summary>
    public double?[] OptionalDouble(string name) =>
        Has(name) ? NullableDouble(name) : new double?[Length];

    public string[] Text(string name)
    {
        var column = Required<StringArray>(name);
        return Rows(row => column.GetString(row)!);
    }

    public string[] Category(string name)
    {
        var (places, words) = Places(name);
        return Rows(row => words[places[row]]);
    }

    public string?[] NullableCategory(string name)
    {
        var (indices, words) = Dictionary(name);
        return Rows(row => indices.GetValue(row) is { } place ? words[Inside(name, row, place, words.Length)] : null);
    }

    /// <summary>A column of text without missing values, as places in a list of words.</summary>
    public (int[] Places, string[] Words) Places(string name)
    {
        var (indices, words) = Dictionary(name);
        if (indices.NullCount > 0)
        {
            throw Wrong(name, "values are missing where none may be");
        }

        // Of no words every place is outside; the range below would be the whole of the numbers then.
        var places = indices.Values;
        var wrong = words.Length == 0 ? places.Length - 1 : places.IndexOfAnyExceptInRange(0, words.Length - 1);
        return wrong < 0 ? (places.ToArray(), words) : throw Outside(name, wrong, places[wrong], words.Length);
    }

    /// <summary>Reads words back into what they stand for.</summary>
    public T[] Words<T>(string name, IReadOnlyDictionary<string, T> values)
        where T : struct
    {
        var (places, meanings) = Meanings(name, values);
        return Rows(row => meanings[places[row]]);
    }

    /// <summary>The same, as places in a list of what they stand for; a word that no row says may be any.</summary>
    public (int[] Places, T[] Meanings) Meanings<T>(string name, IReadOnlyDictionary<string, T> values)
        where T : struct
    {
        var (places, words) = Places(name);
        for (var word = 0; word < words.Length; word++)
        {
            if (!values.ContainsKey(words[word]) && System.Array.IndexOf(places, word) is var row and >= 0)
            {
                throw Wrong(name, $"row {row} says \"{words[word]}\", which is none of {string.Join(", ", values.Keys)}");
            }
        }

        return (places, System.Array.ConvertAll(words, word => values.GetValueOrDefault(word)));
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

    private static byte[] Present(Apache.Arrow.Array column)
    {
        if (column.NullCount == 0)
        {
            return [];
        }

        var present = new byte[BitUtility.ByteCount(column.Length)];
        if (column.Offset == 0)
        {
            column.NullBitmapBuffer.Span[..present.Length].CopyTo(present);
            return present;
        }

        for (var row = 0; row < column.Length; row++)
        {
            if (column.IsValid(row))
            {
                BitUtility.SetBit(present, row);
            }
        }

        return present;
    }

    private T?[] Nullable<T, TArray>(string name)
        where T : struct
        where TArray : PrimitiveArray<T>
    {
        var column = Column<TArray>(name);
        var values = column.Values;
        var all = column.NullCount == 0;
        var rows = new T?[Length];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = all || column.IsValid(row) ? values[row] : null;
        }

        return rows;
    }

    private (Int32Array Indices, string[] Words) Dictionary(string name)
    {
        var column = Column<DictionaryArray>(name);
        if (column.Indices is not Int32Array indices || column.Dictionary is not StringArray { NullCount: 0 } dictionary)
        {
            throw Wrong(name, $"it is a dictionary of {column.Dictionary.Data.DataType.Name} by {column.Indices.Data.DataType.Name}, not of utf8 by int32 without missing words");
        }

        var words = new string[dictionary.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = dictionary.GetString(i)!;
        }

        return (indices, words);
    }

    private int Inside(string name, int row, int place, int words) => (uint)place < (uint)words ? place : throw Outside(name, row, place, words);

    private BadInputException Outside(string name, int row, int place, int words) => Wrong(name, $"row {row} stands at {place} of a dictionary of {words}");
}
