namespace Emergence.Pipeline.Settings;

/// <summary>Which sparse autoencoder a run trains.</summary>
public enum SaeChoice
{
    /// <summary>Keeps the k largest activations of each token (arXiv 2406.04093).</summary>
    TopK,

    /// <summary>Keeps the k × tokens largest activations of each batch (arXiv 2412.06410).</summary>
    BatchTopK,
}
