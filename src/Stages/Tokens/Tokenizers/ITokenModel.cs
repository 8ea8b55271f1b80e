namespace Emergence.Stages.Tokens.Tokenizers;

/// <summary>The last step of a tokenizer: pieces of text to token ids.</summary>
internal interface ITokenModel
{
    /// <summary>Gives a piece's tokens.</summary>
    /// <param name="text">The text that the piece is in.</param>
    /// <param name="start">First unit of the piece.</param>
    /// <param name="end">Unit after its last, above <paramref name="start"/>.</param>
    /// <param name="into">Where the tokens are appended, with ranges of the original text.</param>
    void Encode(AlignedText text, int start, int end, TokenSpans into);
}
