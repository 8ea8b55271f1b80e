namespace Emergence.Stages.Activations;

/// <summary>What the readers accept at most, and how they read; what is larger is refused before memory is taken for it.</summary>
public static class ActivationLimits
{
    /// <summary>Bytes of a <c>.npy</c> header; NumPy itself reads 10 000 and writes about 100.</summary>
    public const int NpyHeaderBytes = 1 << 16;

    /// <summary>Greatest d.</summary>
    public const int Dimension = 1 << 20;

    /// <summary>Bytes of a file that are mapped at a time, rounded up to whole pages.</summary>
    public const int WindowBytes = 32 << 20;

    /// <summary>Bytes of one line of a file of labels.</summary>
    public const int LabelBytes = 1 << 10;

    /// <summary>Bytes of a stream's rows that are read at a time.</summary>
    public const int PieceBytes = 1 << 22;

    /// <summary>Labelled rows of a stream's step: they are numbered by 32-bit integers, and labels stay in memory.</summary>
    public const int ProbeRows = 1 << 28;

    /// <summary>Documents of a stream's step.</summary>
    public const int ProbeDocuments = 1 << 20;

    /// <summary>Bytes of a stream's <c>labels.json</c>.</summary>
    public const int LabelNamesBytes = 1 << 24;

    /// <summary>Characters of the name of a model or facet.</summary>
    public const int NameCharacters = 100;

    /// <summary>Different labels.</summary>
    public const int Labels = 1 << 14;
}
