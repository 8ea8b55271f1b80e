namespace Emergence.Sinks.Arrow;

/// <summary>Adjacent rows of a batch.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct RowRange(int Start, int Count)
{
    /// <summary>Splits rows into those before a place, counted along the ranges, and the others.</summary>
    public static (RowRange[] Before, RowRange[] After) Split(ReadOnlySpan<RowRange> ranges, int place)
    {
        var i = 0;
        while (place >= ranges[i].Count)
        {
            place -= ranges[i++].Count;
        }

        var (start, count) = ranges[i];
        return place == 0
            ? (ranges[..i].ToArray(), ranges[i..].ToArray())
            : ([.. ranges[..i], new RowRange(start, place)], [new RowRange(start + place, count - place), .. ranges[(i + 1)..]]);
    }

    /// <summary>Number of rows.</summary>
    public static int Total(ReadOnlySpan<RowRange> ranges)
    {
        var total = 0;
        foreach (var range in ranges)
        {
            total += range.Count;
        }

        return total;
    }
}
