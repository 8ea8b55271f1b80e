namespace Emergence.Pipeline.Settings;

/// <summary>What the folders of a stream hold.</summary>
public enum CheckpointKind
{
    /// <summary>Models: configuration, tokenizer and weights. Texts are sent through them.</summary>
    Models,

    /// <summary>Activations that someone has saved, and labels: there is no model and no text.</summary>
    Activations,
}
