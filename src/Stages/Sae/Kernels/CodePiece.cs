namespace Emergence.Stages.Sae.Kernels;

/// <summary>The active latents of some consecutive tokens, token by token, latents ascending. Grows to what is needed and stays there.</summary>
internal sealed class CodePiece
{
    private readonly int[] _ends;

    /// <param name="rows">Most tokens.</param>
    /// <param name="perRow">Entries of a token that there is room for at once, on average.</param>
    public CodePiece(int rows, int perRow)
    {
        _ends = new int[rows];
        Grow(rows * perRow);
    }

    /// <summary>Tokens in it.</summary>
    public int Rows { get; private set; }

    /// <summary>Entries in it.</summary>
    public int Count { get; private set; }

    /// <summary>Latent of each entry.</summary>
    public int[] Latents { get; private set; } = [];

    /// <summary>Activation of each entry; zero where a JumpReLU latent is only near its threshold.</summary>
    public float[] Values { get; private set; } = [];

    /// <summary>Derivative of the loss by each entry's activation.</summary>
    public float[] Slopes { get; private set; } = [];

    /// <summary>The token's first entry.</summary>
    public int StartOf(int row) => row == 0 ? 0 : _ends[row - 1];

    /// <summary>One past the token's last entry.</summary>
    public int EndOf(int row) => _ends[row];

    public void Clear() => (Rows, Count) = (0, 0);

    /// <summary>Appends a token.</summary>
    public void Add(ReadOnlySpan<int> latents, ReadOnlySpan<float> values)
    {
        if (Count + latents.Length > Values.Length)
        {
            Grow(Count + latents.Length);
        }

        latents.CopyTo(Latents.AsSpan(Count));
        values.CopyTo(Values.AsSpan(Count));
        Count += latents.Length;
        _ends[Rows++] = Count;
    }

    /// <summary>Drops entries below <paramref name="least"/>, and of those equal to it all but the first <paramref name="equals"/>.</summary>
    public void Keep(float least, int equals)
    {
        var (kept, at) = (0, 0);
        for (var r = 0; r < Rows; r++)
        {
            for (; at < _ends[r]; at++)
            {
                var value = Values[at];
                if (value > least || (value == least && equals-- > 0))
                {
                    Latents[kept] = Latents[at];
                    Values[kept++] = value;
                }
            }

            _ends[r] = kept;
        }

        Count = kept;
    }

    private void Grow(int count)
    {
        var size = Math.Max(1024, count + (count / 2));
        (Latents, Values, Slopes) = (Grown(Latents, size), Grown(Values, size), Grown(Slopes, size));
    }

    private T[] Grown<T>(T[] old, int size)
    {
        var grown = GC.AllocateUninitializedArray<T>(size, pinned: true);
        old.AsSpan(0, Count).CopyTo(grown);
        return grown;
    }
}
