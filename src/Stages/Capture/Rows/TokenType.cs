namespace Emergence.Stages.Capture.Rows;

/// <summary>How token ids stand in a file without a header; little-endian.</summary>
public enum TokenType
{
    /// <summary>Two bytes each, for vocabularies up to 65 536.</summary>
    UInt16,

    /// <summary>Four bytes each.</summary>
    UInt32,
}
