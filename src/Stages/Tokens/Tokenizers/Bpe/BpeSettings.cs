namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>How a BPE model treats text.</summary>
/// <param name="ByteLevel">Whether the vocabulary is of bytes written as characters, which the model does itself.</param>
/// <param name="UnknownId">Token of characters that have none; -1 drops them.</param>
/// <param name="FuseUnknown">Whether neighbouring unknown characters become one token.</param>
/// <param name="FallBackToBytes">Whether a character without a token becomes the tokens of its bytes; all of them are in the vocabulary then.</param>
/// <param name="WholeFirst">Whether a piece that is in the vocabulary becomes that token, whatever the merges say.</param>
internal sealed record BpeSettings(bool ByteLevel, int UnknownId, bool FuseUnknown, bool FallBackToBytes, bool WholeFirst);
