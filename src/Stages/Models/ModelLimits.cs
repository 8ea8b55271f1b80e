namespace Emergence.Stages.Models;

/// <summary>The largest sizes a <c>config.json</c> may name; beyond them it is taken for a mistake.</summary>
public static class ModelLimits
{
    /// <summary>Bytes of <c>config.json</c>.</summary>
    public const long ConfigBytes = 1 << 20;

    /// <summary>Number of blocks.</summary>
    public const int Layers = 1024;

    /// <summary>Width of the residual stream, of the MLP, number of heads.</summary>
    public const int Width = 1 << 20;

    /// <summary>Entries of the vocabulary.</summary>
    public const int Vocabulary = 1 << 24;

    /// <summary>Positions of the context.</summary>
    public const int Context = 1 << 24;
}
