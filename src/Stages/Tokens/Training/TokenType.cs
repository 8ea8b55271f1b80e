namespace Emergence.Stages.Tokens.Training;

/// <summary>How a <c>.bin</c> file stores a token id; it does not say so itself.</summary>
public enum TokenType
{
    /// <summary>Two bytes, little-endian.</summary>
    UInt16,

    /// <summary>Four bytes, little-endian.</summary>
    UInt32,
}
