namespace Emergence.Stages.Curves;

/// <summary>Fills a column of which values may be missing, in order.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
/// <param name="count">How many there will be.</param>
internal sealed class OptionalValuesBuilder<T>(int count)
    where T : struct
{
    private readonly T[] _values = new T[count];
    private readonly byte[] _present = new byte[(count + 7) / 8];
    private int _count;
    private int _missing;

    /// <summary>Where the values behind those that were added go; whoever fills it says which are there by <see cref="AddBits"/>.</summary>
    public Span<T> Free => _values.AsSpan(_count);

    /// <summary>Adds a value.</summary>
    public void Add(T? value)
    {
        if (value is { } there)
        {
            _values[_count] = there;
            _present[_count >> 3] |= (byte)(1 << (_count & 7));
        }
        else
        {
            _missing++;
        }

        _count++;
    }

    /// <summary>Adds a column.</summary>
    public void Add(OptionalValues<T> column)
    {
        column.Values.Span.CopyTo(Free);
        AddBits(column);
    }

    /// <summary>Says which of the values that were put into <see cref="Free"/> are there: those that are in a column of the same length.</summary>
    public void AddBits<TOther>(OptionalValues<TOther> column)
        where TOther : struct
    {
        for (var i = 0; i < column.Values.Length; i++, _count++)
        {
            if (column.IsPresent(i))
            {
                _present[_count >> 3] |= (byte)(1 << (_count & 7));
            }
            else
            {
                _values[_count] = default;
            }
        }

        _missing += column.Missing;
    }

    /// <summary>The column.</summary>
    public OptionalValues<T> Build() => new(_values, _present, _missing);
}
