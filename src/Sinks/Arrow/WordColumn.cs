using Apache.Arrow;

namespace Emergence.Sinks.Arrow;

/// <summary>Text that repeats, as places in a list of words in order of first appearance.</summary>
/// <param name="length">Number of rows.</param>
internal sealed class WordColumn(int length)
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<string> _words = [];
    private string? _last;
    private int _lastPlace;

    /// <summary>Places in <see cref="Words"/>; 0 where there is no word.</summary>
    public int[] Places { get; } = GC.AllocateUninitializedArray<int>(length);

    /// <summary>A bit per row, set where there is a word.</summary>
    public byte[] Validity { get; } = new byte[BitUtility.ByteCount(length)];

    /// <summary>Rows without a word.</summary>
    public int Nulls { get; private set; }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Sets a row's word; each row once, in order.</summary>
    public void Set(int row, string? word)
    {
        if (word is null)
        {
            Places[row] = 0;
            Nulls++;
            return;
        }

        // Neighbours often have the very same string.
        if (!ReferenceEquals(word, _last))
        {
            if (!_places.TryGetValue(word, out var place))
            {
                place = _words.Count;
                _places.Add(word, place);
                _words.Add(word);
            }

            (_last, _lastPlace) = (word, place);
        }

        Places[row] = _lastPlace;
        Validity[row >> 3] |= (byte)(1 << (row & 7));
    }
}
