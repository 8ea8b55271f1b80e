using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>
/// The tokens of short pieces seen before. Text repeats its words, so nearly every piece is found here. A flat hash table
/// over one pool of keys and one of tokens; when it is full it forgets everything and learns anew.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>Greatest number of units of a piece that is kept.</summary>
    public const int LongestPiece = 48;

    private const int FewestSlots = 1 << 10;
    private const int MostSlots = 1 << 17;

    private Slot[] _slots = new Slot[FewestSlots];
    private char[] _keys = new char[4 * FewestSlots];
    private CachedToken[] _tokens = new CachedToken[2 * FewestSlots];
    private int _count;
    private int _keyCount;
    private int _tokenCount;

    /// <summary>Hash of a piece.</summary>
    /// <param name="piece">The piece, not empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ReadOnlySpan<char> piece)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        var bytes = MemoryMarshal.AsBytes(piece);
        ref var first = ref MemoryMarshal.GetReference(bytes);
        var hash = (ulong)bytes.Length * Odd;
        if (bytes.Length >= sizeof(ulong))
        {
            // Whole words, the last of them overlapping the one before.
            for (var at = 0; at < bytes.Length - sizeof(ulong); at += sizeof(ulong))
            {
                hash = (hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at))) * Odd;
                hash ^= hash >> 32;
            }

            hash = (hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, bytes.Length - sizeof(ulong)))) * Odd;
        }
        else
        {
            foreach (var unit in piece)
            {
                hash = hash << 16 ^ unit ^ hash >> 48;
            }

            hash *= Odd;
        }

        return (uint)(hash >> 32);
    }

    /// <summary>Looks for a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="hash">Its <see cref="Hash"/>.</param>
    /// <param name="tokens">Its tokens, valid until the next <see cref="Add"/>.</param>
    /// <returns>Whether it was found.</returns>
    public bool TryGet(ReadOnlySpan<char> piece, uint hash, out ReadOnlySpan<CachedToken> tokens)
    {
        var mask = _slots.Length - 1;
        for (var at = (int)hash & mask; _slots[at].Length != 0; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot.Hash == hash && slot.Length == piece.Length && piece.SequenceEqual(_keys.AsSpan(slot.Key, slot.Length)))
            {
                tokens = _tokens.AsSpan(slot.Token, slot.Count);
                return true;
            }
        }

        tokens = default;
        return false;
    }

    /// <summary>Keeps the tokens of a piece that was not found.</summary>
    /// <param name="piece">The piece, at most <see cref="LongestPiece"/> units.</param>
    /// <param name="hash">Its <see cref="Hash"/>.</param>
    /// <param name="word">Its tokens.</param>
    public void Add(ReadOnlySpan<char> piece, uint hash, BpeWord word)
    {
        if (2 * _count >= _slots.Length)
        {
            Grow();
        }

        Reserve(ref _keys, _keyCount + piece.Length);
        Reserve(ref _tokens, _tokenCount + word.Count);
        Place(new Slot(hash, _keyCount, _tokenCount, (ushort)piece.Length, (ushort)word.Count));
        piece.CopyTo(_keys.AsSpan(_keyCount));
        _keyCount += piece.Length;
        for (var i = 0; i < word.Count; i++)
        {
            _tokens[_tokenCount++] = new CachedToken(word.Ids[i], (ushort)word.Starts[i], (ushort)word.Ends[i]);
        }

        _count++;
    }

    private void Grow()
    {
        var old = _slots;
        if (old.Length == MostSlots)
        {
            Array.Clear(_slots);
            (_count, _keyCount, _tokenCount) = (0, 0, 0);
            return;
        }

        _slots = new Slot[4 * old.Length > MostSlots ? MostSlots : 4 * old.Length];
        foreach (var slot in old)
        {
            if (slot.Length != 0)
            {
                Place(slot);
            }
        }
    }

    private void Place(Slot slot)
    {
        var at = (int)slot.Hash & (_slots.Length - 1);
        while (_slots[at].Length != 0)
        {
            at = (at + 1) & (_slots.Length - 1);
        }

        _slots[at] = slot;
    }

    private static void Reserve<T>(ref T[] pool, int count)
    {
        if (count > pool.Length)
        {
            Array.Resize(ref pool, Math.Max(count, 2 * pool.Length));
        }
    }

    private readonly record struct Slot(uint Hash, int Key, int Token, ushort Length, ushort Count);
}
