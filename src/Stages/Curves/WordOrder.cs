namespace Emergence.Stages.Curves;

/// <summary>Words numbered in the order in which they are first asked for.</summary>
internal sealed class WordOrder
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<string> _words = [];

    /// <summary>The words by number.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Number of a word.</summary>
    public int PlaceOf(string word)
    {
        if (!_places.TryGetValue(word, out var place))
        {
            place = _words.Count;
            _places.Add(word, place);
            _words.Add(word);
        }

        return place;
    }

    /// <summary>Turns numbers of another order into those of this one.</summary>
    /// <param name="places">Numbers in the other order.</param>
    /// <param name="words">The other order.</param>
    /// <param name="target">Takes this order's numbers.</param>
    public void Translate(ReadOnlySpan<int> places, IReadOnlyList<string> words, Span<int> target)
    {
        var same = true;
        var own = new int[words.Count];
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = PlaceOf(words[i]);
            same &= own[i] == i;
        }

        if (same)
        {
            places.CopyTo(target);
            return;
        }

        for (var i = 0; i < places.Length; i++)
        {
            target[i] = own[places[i]];
        }
    }
}
