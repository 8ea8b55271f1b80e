namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// The active latents of a batch, token by token: token r's are entries <c>Starts[r] … Starts[r] + Counts[r]</c>, latents ascending.
/// </summary>
internal sealed class SparseCodes
{
    /// <param name="rows">Most tokens.</param>
    /// <param name="k">Mean active latents per token: there is room for rows·k entries.</param>
    public SparseCodes(int rows, int k)
    {
        K = k;
        Starts = new int[rows];
        Counts = new int[rows];
        Latents = GC.AllocateUninitializedArray<int>(checked(rows * k));
        Values = GC.AllocateUninitializedArray<float>(rows * k);
        Gradients = GC.AllocateUninitializedArray<float>(rows * k);
    }

    /// <summary>Entries per token that there is room for, on average.</summary>
    public int K { get; }

    /// <summary>First entry of each token.</summary>
    public int[] Starts { get; }

    /// <summary>Entries of each token.</summary>
    public int[] Counts { get; }

    /// <summary>Latent of each entry.</summary>
    public int[] Latents { get; }

    /// <summary>Activation of each entry, above zero.</summary>
    public float[] Values { get; }

    /// <summary>Derivative of the loss by each entry's activation.</summary>
    public float[] Gradients { get; }

    /// <summary>Stores a selection as token <paramref name="row"/>'s entries from <paramref name="start"/> on.</summary>
    public void Set(int row, int start, ReadOnlySpan<int> latents, ReadOnlySpan<float> values)
    {
        Starts[row] = start;
        Counts[row] = latents.Length;
        latents.CopyTo(Latents.AsSpan(start));
        values.CopyTo(Values.AsSpan(start));
    }

    public ReadOnlySpan<int> LatentsOf(int row) => Latents.AsSpan(Starts[row], Counts[row]);

    public ReadOnlySpan<float> ValuesOf(int row) => Values.AsSpan(Starts[row], Counts[row]);
}
