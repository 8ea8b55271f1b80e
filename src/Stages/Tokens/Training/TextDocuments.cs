using System.Text;

namespace Emergence.Stages.Tokens.Training;

/// <summary>Documents of text, tokenised when they are first asked for. Owns the index.</summary>
/// <param name="index">Where they lie.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
internal sealed class TextDocuments(TextIndex index, ITokenizer tokenizer) : ITrainingDocuments
{
    private readonly TokenSpool _spool = new();
    private readonly TokenSpans _tokens = new();
    private char[] _text = [];

    public int Count => index.Count;

    public int LengthOf(int document)
    {
        if (!_spool.TryLength(document, out var length))
        {
            Tokenize(document);
            length = _tokens.Count;
        }

        return length;
    }

    public void Copy(int document, int start, Span<long> into)
    {
        _ = LengthOf(document);
        _spool.Copy(document, start, into);
    }

    public void Dispose()
    {
        _spool.Dispose();
        index.Dispose();
    }

    private void Tokenize(int document)
    {
        var utf8 = index.Read(document).Text.Span;
        if (_text.Length < utf8.Length)
        {
            _text = new char[utf8.Length];
        }

        _tokens.Clear();
        tokenizer.Encode(_text.AsSpan(0, Encoding.UTF8.GetChars(utf8, _text)), _tokens);
        _spool.Add(document, _tokens.Ids);
    }
}
