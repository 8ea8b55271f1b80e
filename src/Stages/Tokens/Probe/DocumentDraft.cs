using System.Text;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>A document of a probe text before it is tokenised: its characters and what they carry.</summary>
internal sealed class DocumentDraft
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<int, List<LabelSpan>> _spans = [];
    private readonly Dictionary<int, short> _categories = [];

    /// <summary>UTF-16 units so far.</summary>
    public int Length => _text.Length;

    /// <summary>The text so far.</summary>
    public string Text => _text.ToString();

    /// <summary>Labelled characters by facet, in order.</summary>
    public IReadOnlyDictionary<int, List<LabelSpan>> Spans => _spans;

    /// <summary>The document's own categories by facet.</summary>
    public IReadOnlyDictionary<int, short> Categories => _categories;

    /// <summary>Appends characters.</summary>
    public void Append(string text) => _text.Append(text);

    /// <summary>Appends another document's text after a separator, with its labels.</summary>
    public void Append(DocumentDraft other, string separator)
    {
        _text.Append(Length == 0 ? "" : separator);
        var offset = Length;
        foreach (var (facet, spans) in other._spans)
        {
            foreach (var span in spans)
            {
                Label(facet, new LabelSpan(span.Start + offset, span.End + offset, span.Category));
            }
        }

        _text.Append(other._text);
    }

    /// <summary>Labels characters; of one facet in order.</summary>
    public void Label(int facet, LabelSpan span)
    {
        if (!_spans.TryGetValue(facet, out var spans))
        {
            _spans.Add(facet, spans = []);
        }

        spans.Add(span);
    }

    /// <summary>Labels the whole document.</summary>
    public void LabelDocument(int facet, short category) => _categories[facet] = category;
}
