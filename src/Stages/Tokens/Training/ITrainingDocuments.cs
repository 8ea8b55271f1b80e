namespace Emergence.Stages.Tokens.Training;

/// <summary>The documents of a training text in tokens, read and tokenised when they are asked for. For one thread at a time.</summary>
public interface ITrainingDocuments : IDisposable
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Number of tokens of a document; 0 when its text gives none.</summary>
    /// <param name="document">The document, from 0 in the order of the source.</param>
    /// <exception cref="Input.BadInputException">Its file has changed or cannot be read any more.</exception>
    int LengthOf(int document);

    /// <summary>Gives tokens of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="into">Filled; it does not reach beyond <see cref="LengthOf"/>.</param>
    /// <exception cref="Input.BadInputException">Its file has changed or cannot be read any more.</exception>
    void Copy(int document, int start, Span<long> into);
}
