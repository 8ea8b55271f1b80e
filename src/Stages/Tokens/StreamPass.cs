using Emergence.Stages.Tokens.Training;

namespace Emergence.Stages.Tokens;

/// <summary>
/// One pass over the documents of a training stream in its seeded order, known as far as it has been asked for. Its slots are the
/// documents that have tokens, in that order. For one thread at a time.
/// </summary>
internal sealed class StreamPass
{
    private readonly ITrainingDocuments _documents;
    private readonly int[] _order;
    private readonly List<int> _slots = [];
    private readonly List<long> _starts = [];
    private int _next;

    /// <param name="number">Which pass, from 0.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="seed">Seed of the stream.</param>
    public StreamPass(long number, ITrainingDocuments documents, ulong seed)
    {
        Number = number;
        _documents = documents;
        _order = SeededOrder.Permutation(documents.Count, seed, number);
    }

    /// <summary>Which pass, from 0.</summary>
    public long Number { get; }

    /// <summary>Tokens of the slots that are known.</summary>
    public long End { get; private set; }

    /// <summary>Document of a known slot.</summary>
    public int Document(int slot) => _slots[slot];

    /// <summary>Tokens of a known slot, at least 1.</summary>
    public int Length(int slot) => (int)((slot + 1 < _starts.Count ? _starts[slot + 1] : End) - _starts[slot]);

    /// <summary>Whether the pass has a slot; reads documents up to it.</summary>
    public bool Has(int slot)
    {
        while (slot >= _slots.Count && _next < _order.Length)
        {
            Extend();
        }

        return slot < _slots.Count;
    }

    /// <summary>Whether the pass has a token at a position; reads documents up to it.</summary>
    public bool Reaches(long position)
    {
        while (position >= End && _next < _order.Length)
        {
            Extend();
        }

        return position < End;
    }

    /// <summary>Reads all documents.</summary>
    public void ReadAll()
    {
        while (_next < _order.Length)
        {
            Extend();
        }
    }

    /// <summary>Slot and offset of a position that the pass reaches.</summary>
    public (int Slot, int Offset) Find(long position)
    {
        if (!Reaches(position))
        {
            throw new ArgumentOutOfRangeException(nameof(position));
        }

        var slot = _starts.BinarySearch(position);
        slot = slot < 0 ? ~slot - 1 : slot;
        return (slot, (int)(position - _starts[slot]));
    }

    private void Extend()
    {
        var document = _order[_next];
        var length = _documents.LengthOf(document);
        _next++;
        if (length > 0)
        {
            _slots.Add(document);
            _starts.Add(End);
            End += length;
        }
    }
}
