namespace Emergence.Stages.Tokens.Files;

/// <summary>What the readers of texts accept at most; what is larger is refused before memory or disk is taken for it.</summary>
internal static class TextLimits
{
    /// <summary>Longest line of JSON, in bytes: a document of some ten million words.</summary>
    public const int JsonLine = 1 << 28;

    /// <summary>Longest line of columns, in bytes.</summary>
    public const int ColumnsLine = 1 << 20;

    /// <summary>A packed file may hold this many times its own length.</summary>
    public const int UnpackedRatio = 100;

    /// <summary>Or this many bytes, whichever is more.</summary>
    public const long UnpackedLeast = 1L << 28;

    /// <summary>Bytes that unpacking leaves free on the disk.</summary>
    public const long DiskLeftFree = 1L << 28;

    /// <summary>Longest document of plain text, in bytes: a longer file is cut into several.</summary>
    public const int PlainDocument = 1 << 20;

    /// <summary>Most documents of a training text: the order of each pass is an array of them.</summary>
    public const int Documents = 1 << 28;

    /// <summary>Tokens of a piece of a file of token ids that has no documents.</summary>
    public const int PieceTokens = 4096;

    /// <summary>Most pieces of such a file; a larger file has longer pieces.</summary>
    public const int Pieces = 1 << 20;

    /// <summary>Most tokens of a probe set.</summary>
    public const int ProbeTokens = 1 << 28;

    /// <summary>Most categories of a facet that no facet file describes.</summary>
    public const int InferredCategories = 1000;

    /// <summary>Most facets that no facet file describes.</summary>
    public const int InferredFacets = 64;

    /// <summary>From so many documents on, a field that is different in each is taken for a name and not for a facet.</summary>
    public const int DocumentsToTellNames = 20;
}
