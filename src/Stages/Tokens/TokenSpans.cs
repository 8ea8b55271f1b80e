namespace Emergence.Stages.Tokens;

/// <summary>
/// Tokens of a text and where each stands in it: a buffer that is filled, read, cleared and filled again. Spans are in UTF-16
/// code units of the text that was encoded. A token of some bytes of a character spans that whole character, so spans may
/// overlap; characters that no token stands for (white space that a tokenizer drops) lie in no span. Starts never descend.
/// </summary>
public sealed class TokenSpans
{
    private int[] _ids = new int[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Token ids, <c>[Count]</c>; valid until the next change.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>First code unit of each token, <c>[Count]</c>; valid until the next change.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>Code unit after the last of each token, <c>[Count]</c>, never below its start; valid until the next change.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>Appends a token.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="start">Its first code unit.</param>
    /// <param name="end">The code unit after its last.</param>
    public void Add(int id, int start, int end)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * Count);
            Array.Resize(ref _starts, 2 * Count);
            Array.Resize(ref _ends, 2 * Count);
        }

        _ids[Count] = id;
        _starts[Count] = start;
        _ends[Count] = end;
        Count++;
    }

    /// <summary>Forgets all tokens and keeps the memory.</summary>
    public void Clear() => Count = 0;
}
