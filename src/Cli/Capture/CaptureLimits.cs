namespace Emergence.Cli.Capture;

/// <summary>Sizes of a capture.</summary>
internal static class CaptureLimits
{
    /// <summary>Tokens between two writes, padding included: bounds memory, whatever the file.</summary>
    public const int TokensAtOnce = 4096;

    /// <summary>Logits between two writes: 128 MB of them.</summary>
    public const int LogitsAtOnce = 1 << 25;

    /// <summary>Room for the file's metadata, in bytes.</summary>
    public const int MetadataBytes = 2048;

    /// <summary>Tokens of the longest row: attention looks at all pairs of them.</summary>
    public const int RowTokens = 1 << 15;
}
