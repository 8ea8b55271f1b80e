namespace Emergence.Stages.Tokens;

/// <summary>Turns text into the token ids of a model. Safe for use by one thread at a time unless an implementation says more.</summary>
public interface ITokenizer
{
    /// <summary>Every id it gives is below this.</summary>
    int VocabularySize { get; }

    /// <summary>Tokenises a text as the model's own tokenizer does without adding special tokens around it.</summary>
    /// <param name="text">The text, UTF-16; half surrogate pairs count as U+FFFD.</param>
    /// <param name="into">Where the tokens are appended, each with the characters it stands for.</param>
    void Encode(ReadOnlySpan<char> text, TokenSpans into);
}
