namespace Emergence.Cli.Sae;

/// <summary>Rows <c>First</c> up to, but not with, <c>End</c>.</summary>
/// <param name="First">From 0.</param>
/// <param name="End">Null: to the last.</param>
internal readonly record struct RowRange(long First, long? End)
{
    private const string Between = "..";

    /// <summary>Reads <c>a..b</c>, <c>a..</c> or <c>..b</c>; false when it is none of these or empty.</summary>
    public static bool TryParse(string text, out RowRange range)
    {
        range = default;
        if (text.Split(Between) is not [var left, var right])
            return false;
        long first = 0, end = long.MaxValue;
        if ((left.Length > 0 && !long.TryParse(left, out first)) || (right.Length > 0 && !long.TryParse(right, out end)) || first < 0 || end <= first)
            return false;
        range = new RowRange(first, right.Length > 0 ? end : null);
        return true;
    }
}
