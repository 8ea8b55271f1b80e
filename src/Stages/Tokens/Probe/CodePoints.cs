namespace Emergence.Stages.Tokens.Probe;

/// <summary>Positions in a text counted in Unicode code points, as Python counts them, and in UTF-16 units, as .NET and tokenizers here do.</summary>
internal sealed class CodePoints
{
    // [Count + 1], null when every code point is one unit.
    private readonly int[]? _units;

    /// <param name="text">The text, without half surrogate pairs.</param>
    public CodePoints(string text)
    {
        var pairs = 0;
        foreach (var unit in text)
        {
            pairs += char.IsLowSurrogate(unit) ? 1 : 0;
        }

        Count = text.Length - pairs;
        if (pairs == 0)
        {
            return;
        }

        _units = new int[Count + 1];
        var point = 0;
        for (var unit = 0; unit < text.Length; unit++)
        {
            if (!char.IsLowSurrogate(text[unit]))
            {
                _units[point++] = unit;
            }
        }

        _units[Count] = text.Length;
    }

    /// <summary>How many code points there are.</summary>
    public int Count { get; }

    /// <summary>The unit at which a code point begins.</summary>
    /// <param name="position">The code point, 0 to <see cref="Count"/>.</param>
    public int Unit(int position) => _units is null ? position : _units[position];
}
