namespace Emergence.Stages.Sae;

/// <summary>Which latents of a token stay active, and what they are trained for.</summary>
public enum SaeArchitecture
{
    /// <summary>The k greatest of every token (arXiv 2406.04093).</summary>
    TopK,

    /// <summary>
    /// The B·k greatest of a batch of B tokens while training (arXiv 2412.06410); at inference every latent above one learned threshold.
    /// </summary>
    BatchTopK,

    /// <summary>
    /// Every latent above a threshold of its own, which is learned with a straight-through estimator; a penalty on (L0/k − 1)² holds the
    /// mean number of active latents at k (arXiv 2407.14435).
    /// </summary>
    JumpReLU,

    /// <summary>
    /// BatchTopK whose first latents must reconstruct alone: the loss is the mean over nested prefixes of the latents (arXiv 2503.17547).
    /// </summary>
    Matryoshka,
}
