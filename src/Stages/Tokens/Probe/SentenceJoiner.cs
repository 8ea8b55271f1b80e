namespace Emergence.Stages.Tokens.Probe;

/// <summary>
/// Joins sentences to documents as the marks in a text say. A text without any mark has a document for each sentence: collections
/// that mark none hold tweets, or sentences in an order drawn at random.
/// </summary>
/// <param name="builder">Takes the documents.</param>
internal sealed class SentenceJoiner(ProbeBuilder builder)
{
    private readonly List<(string? Id, long Line, DocumentDraft Draft, string Separator)> _unmarked = [];
    private DocumentDraft? _document;
    private string? _id;
    private long _line;

    /// <summary>Begins a document at a mark.</summary>
    /// <param name="id">Its name; null when the mark gives none.</param>
    /// <param name="line">The mark's line.</param>
    public void Begin(string? id, long line)
    {
        if (_document is null && _unmarked.Count > 0)
        {
            // What stands before the first mark is a document too.
            Open(null, _unmarked[0].Line);
            foreach (var (_, _, draft, separator) in _unmarked)
            {
                _document!.Append(draft, separator);
            }

            _unmarked.Clear();
        }

        Close();
        Open(id, line);
    }

    /// <summary>Adds a sentence.</summary>
    /// <param name="id">The sentence's name; null when it has none.</param>
    /// <param name="line">Its first line.</param>
    /// <param name="sentence">The sentence.</param>
    /// <param name="separator">What stands between it and the sentence before.</param>
    public void Add(string? id, long line, DocumentDraft sentence, string separator)
    {
        if (_document is null)
        {
            _unmarked.Add((id, line, sentence, separator));
        }
        else
        {
            _document.Append(sentence, separator);
        }
    }

    /// <summary>Ends the text.</summary>
    public void End()
    {
        Close();
        foreach (var (id, line, draft, _) in _unmarked)
        {
            builder.Add(id, line, draft);
        }
    }

    private void Open(string? id, long line) => (_document, _id, _line) = (new DocumentDraft(), id, line);

    private void Close()
    {
        // Two marks one after the other, as at the beginning of some collections, make no document.
        if (_document is { Length: > 0 })
        {
            builder.Add(_id, _line, _document);
        }
    }
}
