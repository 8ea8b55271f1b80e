namespace Emergence.Stages.Sae.Formats;

/// <summary>How an SAE lies in a folder.</summary>
public enum SaeFormat
{
    /// <summary>SAELens 6: <c>sae_weights.safetensors</c> and <c>cfg.json</c>.</summary>
    SaeLens,

    /// <summary>sparsify: <c>sae.safetensors</c> and <c>cfg.json</c>.</summary>
    Sparsify,
}
