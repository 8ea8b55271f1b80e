using Apache.Arrow;

namespace Emergence.Sinks.Arrow;

/// <summary>Where the rows of one layer are in a batch.</summary>
/// <param name="Layer">The layer; null for rows that concern none.</param>
/// <param name="Ranges">Their places, ascending; one range where they lie together, as in every table but <c>events</c>.</param>
internal sealed record LayerRows(int? Layer, List<RowRange> Ranges)
{
    /// <summary>Finds the layers of a batch, in order of first appearance.</summary>
    public static IReadOnlyList<LayerRows> Find(Int32Array column)
    {
        var found = new List<LayerRows>();
        var values = column.Values;
        var nulls = column.NullCount > 0;
        for (var start = 0; start < values.Length;)
        {
            int? layer = nulls && column.IsNull(start) ? null : values[start];
            var end = nulls ? End(column, layer, start) : EndOfRun(values, start);

            // Layers are few: a list is looked through faster than a table of them.
            var rows = found.Find(r => r.Layer == layer);
            if (rows is null)
            {
                found.Add(rows = new LayerRows(layer, []));
            }

            rows.Ranges.Add(new RowRange(start, end - start));
            start = end;
        }

        return found;
    }

    private static int EndOfRun(ReadOnlySpan<int> values, int start) =>
        values[start..].IndexOfAnyExcept(values[start]) is var length and >= 0 ? start + length : values.Length;

    private static int End(Int32Array column, int? layer, int start)
    {
        var end = start + 1;
        while (end < column.Length && column.GetValue(end) == layer)
        {
            end++;
        }

        return end;
    }
}
