namespace Emergence.Stages.Sae;

/// <summary>Which latents of a token stay active.</summary>
public enum SaeArchitecture
{
    /// <summary>The k greatest of every token (arXiv 2406.04093).</summary>
    TopK,

    /// <summary>
    /// The B·k greatest of a batch of B tokens while training (arXiv 2412.06410); at inference every latent above one learned threshold.
    /// </summary>
    BatchTopK,
}
