namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>The tokens of one piece while they are merged; ranges are in units of the piece. A buffer that is used again and again.</summary>
internal sealed class BpeWord
{
    // Up to here every merge looks through all pairs, which beats a heap; beyond, the number of steps would grow with the square.
    private const int ShortWord = 40;

    private const int None = -1;

    private int[] _ids = new int[64];
    private int[] _starts = new int[64];
    private int[] _ends = new int[64];
    private int[] _ranks = new int[64];
    private int[] _merged = new int[64];
    private int[] _previous = [];
    private int[] _next = [];
    private ulong[] _heap = [];
    private int _heapCount;

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Token ids, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>First unit of each, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>Unit after the last of each, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>Forgets the tokens and keeps the memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Appends a token.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="start">Its first unit.</param>
    /// <param name="end">The unit after its last.</param>
    public void Add(int id, int start, int end)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * Count);
            Array.Resize(ref _starts, 2 * Count);
            Array.Resize(ref _ends, 2 * Count);
            Array.Resize(ref _ranks, 2 * Count);
            Array.Resize(ref _merged, 2 * Count);
        }

        _ids[Count] = id;
        _starts[Count] = start;
        _ends[Count] = end;
        Count++;
    }

    /// <summary>Merges pairs, those of the lowest rank first and among equals the leftmost, until none is left that merges.</summary>
    /// <param name="merges">The merges.</param>
    public void Merge(MergeTable merges)
    {
        for (var i = 0; i + 1 < Count; i++)
        {
            _ranks[i] = merges.RankOf(_ids[i], _ids[i + 1], out _merged[i]);
        }

        if (Count <= ShortWord)
        {
            MergeShort(merges);
        }
        else
        {
            MergeLong(merges);
        }
    }

    private void MergeShort(MergeTable merges)
    {
        while (Count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < Count; i++)
            {
                if (_ranks[i] < _ranks[best])
                {
                    best = i;
                }
            }

            if (_ranks[best] == MergeTable.None)
            {
                return;
            }

            _ids[best] = _merged[best];
            _ends[best] = _ends[best + 1];
            for (var i = best + 1; i + 1 < Count; i++)
            {
                _ids[i] = _ids[i + 1];
                _starts[i] = _starts[i + 1];
                _ends[i] = _ends[i + 1];
                _ranks[i] = _ranks[i + 1];
                _merged[i] = _merged[i + 1];
            }

            Count--;
            if (best > 0)
            {
                _ranks[best - 1] = merges.RankOf(_ids[best - 1], _ids[best], out _merged[best - 1]);
            }

            if (best + 1 < Count)
            {
                _ranks[best] = merges.RankOf(_ids[best], _ids[best + 1], out _merged[best]);
            }
        }
    }

    private void MergeLong(MergeTable merges)
    {
        if (_previous.Length < Count)
        {
            _previous = new int[_ids.Length];
            _next = new int[_ids.Length];
        }

        for (var i = 0; i < Count; i++)
        {
            _previous[i] = i - 1;
            _next[i] = i + 1 < Count ? i + 1 : None;
        }

        _ranks[Count - 1] = MergeTable.None;
        FillHeap();
        while (_heapCount > 0)
        {
            var top = Pop();
            var at = (int)(uint)top;
            if (_ranks[at] != (int)(top >> 32))
            {
                // The pair was merged or changed since it was put here.
                continue;
            }

            var gone = _next[at];
            _ids[at] = _merged[at];
            _ends[at] = _ends[gone];
            _ranks[gone] = MergeTable.None;
            _ids[gone] = None;
            _next[at] = _next[gone];
            if (_next[at] != None)
            {
                _previous[_next[at]] = at;
            }

            Rank(merges, at);
            if (_previous[at] != None)
            {
                Rank(merges, _previous[at]);
            }
        }

        var kept = 0;
        for (var at = 0; at != None; at = _next[at])
        {
            _ids[kept] = _ids[at];
            _starts[kept] = _starts[at];
            _ends[kept++] = _ends[at];
        }

        Count = kept;
    }

    // Ranks the pair that begins at a token anew.
    private void Rank(MergeTable merges, int at)
    {
        _ranks[at] = _next[at] == None ? MergeTable.None : merges.RankOf(_ids[at], _ids[_next[at]], out _merged[at]);
        if (_ranks[at] != MergeTable.None)
        {
            Push((ulong)(uint)_ranks[at] << 32 | (uint)at);
        }
    }

    // Heap entries are the rank above the position, so that the least is the leftmost of the lowest rank.
    private void FillHeap()
    {
        _heapCount = 0;
        for (var i = 0; i + 1 < Count; i++)
        {
            if (_ranks[i] != MergeTable.None)
            {
                Push((ulong)(uint)_ranks[i] << 32 | (uint)i);
            }
        }
    }

    private void Push(ulong entry)
    {
        if (_heapCount == _heap.Length)
        {
            Array.Resize(ref _heap, Math.Max(_ids.Length, 2 * _heap.Length));
        }

        var at = _heapCount++;
        while (at > 0 && _heap[(at - 1) / 2] > entry)
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _heap[at] = entry;
    }

    private ulong Pop()
    {
        var top = _heap[0];
        var last = _heap[--_heapCount];
        var at = 0;
        for (var child = 1; child < _heapCount; child = 2 * at + 1)
        {
            if (child + 1 < _heapCount && _heap[child + 1] < _heap[child])
            {
                child++;
            }

            if (_heap[child] >= last)
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = last;
        return top;
    }
}
