namespace Emergence.Stages.Tokens.Training;

/// <summary>Documents that are in memory already.</summary>
/// <param name="documents">The documents.</param>
internal sealed class MemoryDocuments(IReadOnlyList<TokenDocument> documents) : ITrainingDocuments
{
    public int Count => documents.Count;

    public int LengthOf(int document) => documents[document].Tokens.Length;

    public void Copy(int document, int start, Span<long> into)
    {
        var tokens = documents[document].Tokens.AsSpan(start, into.Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            into[i] = tokens[i];
        }
    }

    public void Dispose()
    {
    }
}
