namespace Emergence.Stages.Tokens.Tokenizers;

/// <summary>Every piece is one token.</summary>
/// <param name="ids">Words and their ids.</param>
/// <param name="unknownId">Token of pieces that are not in the vocabulary.</param>
internal sealed class WordLevelModel(Dictionary<string, int> ids, int unknownId) : ITokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc/>
    public void Encode(AlignedText text, int start, int end, TokenSpans into)
    {
        var id = _ids.TryGetValue(text.Chars[start..end], out var known) ? known : unknownId;
        into.Add(id, text.StartOf(start), text.EndOf(end - 1));
    }
}
