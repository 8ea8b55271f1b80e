namespace Emergence.Stages.Sae.Kernels;

/// <summary>Sums of batch rows over a latent's entries: its two gradient rows.</summary>
internal static unsafe class EntryRows
{
    // An entry as four words: Error, Token, Value, Slope.
    private const int Words = 4;

    /// <summary>target [n] = Σ over entries of Value · errors[Error]; n a multiple of 16.</summary>
    public static void SumErrors(float* target, int n, float* errors, LatentIndex.Entry* entries, int count)
    {
        new Span<float>(target, n).Clear();
        RowMath.AddWeightedRows(target, n, errors, (int*)entries, (float*)entries + 2, count, Words);
    }

    /// <summary>target [n] = Σ over entries of Slope · inputs[Token].</summary>
    public static void SumInputs(float* target, int n, float* inputs, LatentIndex.Entry* entries, int count)
    {
        new Span<float>(target, n).Clear();
        RowMath.AddWeightedRows(target, n, inputs, (int*)entries + 1, (float*)entries + 3, count, Words);
    }
}
