namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// Encoder products of a piece of the batch and what is selected from them: z[f] = xc·W_enc[f] + bias[f]. One per worker; it holds the
/// scratch memory, and the latest selection until the next.
/// </summary>
internal abstract unsafe class PieceEncoder : IDisposable
{
    /// <summary>Latents of the latest selection, ascending.</summary>
    public abstract ReadOnlySpan<int> Indices { get; }

    /// <summary>Their z.</summary>
    public abstract ReadOnlySpan<float> Values { get; }

    /// <summary>Multiplies rows <paramref name="begin"/> … of the batch; selections count rows from there.</summary>
    public abstract void Multiply(PaddedMatrix input, int begin, int rows);

    /// <summary>Selects the <paramref name="k"/> greatest z &gt; 0, of equal ones the lowest latents. Returns how many.</summary>
    public abstract int TopK(int row, float* bias, int k);

    /// <summary>Selects every z ≥ <paramref name="bound"/>. Returns how many. NaN is never selected.</summary>
    public abstract int AtLeast(int row, float* bias, float bound);

    /// <summary>Selects every z ≥ its latent's bound; +∞ in the padding.</summary>
    public abstract int AtLeastEach(int row, float* bias, float* bounds);

    public abstract void Dispose();
}
