namespace Emergence.Stages.Tokens.Training;

/// <summary>The documents of several sources, one source after the other. Owns them.</summary>
internal sealed class JoinedDocuments : ITrainingDocuments
{
    private readonly IReadOnlyList<ITrainingDocuments> _parts;
    private readonly int[] _first;

    /// <param name="parts">At least one source.</param>
    public JoinedDocuments(IReadOnlyList<ITrainingDocuments> parts)
    {
        _parts = parts;
        _first = new int[parts.Count];
        for (var i = 1; i < parts.Count; i++)
        {
            _first[i] = checked(_first[i - 1] + parts[i - 1].Count);
        }
    }

    public int Count => checked(_first[^1] + _parts[^1].Count);

    public int LengthOf(int document) => Find(ref document).LengthOf(document);

    public void Copy(int document, int start, Span<long> into) => Find(ref document).Copy(document, start, into);

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    private ITrainingDocuments Find(ref int document)
    {
        // Of parts that begin at the same document all but the last are empty, so the last that begins at or before it is meant.
        var part = _first.AsSpan().BinarySearch(document);
        part = part < 0 ? ~part - 1 : part;
        while (part + 1 < _first.Length && _first[part + 1] <= document)
        {
            part++;
        }

        document -= _first[part];
        return _parts[part];
    }
}
