using System.Runtime.CompilerServices;

namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>Which pairs of tokens merge, in which order and to what: a flat hash table keyed by the pair.</summary>
internal sealed class MergeTable
{
    /// <summary>Rank of a pair that does not merge; above every other.</summary>
    public const int None = int.MaxValue;

    private readonly Entry[] _entries;
    private readonly int _shift;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">Greatest number of pairs.</param>
    public MergeTable(int capacity)
    {
        var bits = 4;
        while (1L << bits < 2L * capacity)
        {
            bits++;
        }

        _shift = 64 - bits;
        _entries = new Entry[1 << bits];
        Array.Fill(_entries, new Entry(ulong.MaxValue, None, 0));
    }

    /// <summary>Sets what a pair merges to; the last setting holds.</summary>
    /// <param name="left">Token on the left.</param>
    /// <param name="right">Token on the right.</param>
    /// <param name="rank">When it merges: lower ranks first.</param>
    /// <param name="merged">The token that both become.</param>
    public void Set(int left, int right, int rank, int merged)
    {
        var key = Key(left, right);
        _entries[Slot(key)] = new Entry(key, rank, merged);
    }

    /// <summary>Asks for a pair.</summary>
    /// <param name="left">Token on the left.</param>
    /// <param name="right">Token on the right.</param>
    /// <param name="merged">The token that both become.</param>
    /// <returns>The rank; <see cref="None"/> when the pair does not merge.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RankOf(int left, int right, out int merged)
    {
        ref readonly var entry = ref _entries[Slot(Key(left, right))];
        merged = entry.Merged;
        return entry.Rank;
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    private int Slot(ulong key)
    {
        var mixed = (key ^ key >> 29) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 32) * 0x94D049BB133111EB;
        var slot = (int)(mixed >> _shift);
        while (_entries[slot].Key != key && _entries[slot].Key != ulong.MaxValue)
        {
            slot = (slot + 1) & (_entries.Length - 1);
        }

        return slot;
    }

    private readonly record struct Entry(ulong Key, int Rank, int Merged);
}
