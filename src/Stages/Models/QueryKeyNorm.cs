namespace Emergence.Stages.Models;

/// <summary>Over what queries and keys are normalised before they are turned by position.</summary>
public enum QueryKeyNorm
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>Over the whole projection, all heads together (OLMo 2).</summary>
    Projection,

    /// <summary>Head by head, with one weight for all heads (Qwen 3).</summary>
    Head,
}
