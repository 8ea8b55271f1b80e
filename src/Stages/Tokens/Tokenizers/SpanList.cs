using System.Runtime.CompilerServices;

namespace Emergence.Stages.Tokens.Tokenizers;

/// <summary>Ranges of a text, in order: a buffer that is filled, read, cleared and filled again.</summary>
internal sealed class SpanList
{
    private int[] _starts = new int[64];
    private int[] _ends = new int[64];

    /// <summary>Number of ranges.</summary>
    public int Count { get; private set; }

    /// <summary>First unit of each range, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>Unit after the last of each range, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>Appends a range; an empty one is dropped, as it has no tokens.</summary>
    /// <param name="start">Its first unit.</param>
    /// <param name="end">The unit after its last.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int start, int end)
    {
        if (start >= end)
        {
            return;
        }

        var count = Count;
        if (count == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * count);
            Array.Resize(ref _ends, 2 * count);
        }

        _starts[count] = start;
        _ends[count] = end;
        Count = count + 1;
    }

    /// <summary>Moves the end of the last range.</summary>
    /// <param name="end">The unit after its last.</param>
    public void Extend(int end) => _ends[Count - 1] = end;

    /// <summary>Forgets all ranges and keeps the memory.</summary>
    public void Clear() => Count = 0;
}
