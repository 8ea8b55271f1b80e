using Emergence.Stages.Tokens.Tokenizers.AddedTokens;
using Emergence.Stages.Tokens.Tokenizers.Normalizers;
using Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

namespace Emergence.Stages.Tokens.Tokenizers;

/// <summary>
/// A tokenizer as <c>tokenizer.json</c> describes it: added tokens are taken out, the rest is normalized, normalized added
/// tokens are taken out, the rest is cut into pieces and the model gives the pieces' tokens. For one thread at a time: the
/// buffers of one call serve the next.
/// </summary>
internal sealed class PipelineTokenizer : ITokenizer
{
    private readonly AddedTokenMatcher? _asWritten;
    private readonly AddedTokenMatcher? _asNormalized;
    private readonly NormalizerChain _normalizers;
    private readonly IPreTokenizer[] _preTokenizers;
    private readonly ITokenModel _model;
    private readonly AlignedText _text = new();
    private readonly Pieces _pieces = new();
    private readonly List<TextSegment> _segments = [];
    private readonly List<TextSegment> _normalizedSegments = [];

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="vocabularySize">Every id is below this.</param>
    /// <param name="asWritten">Finds the added tokens that are looked for in the text as it is; null when there are none.</param>
    /// <param name="asNormalized">Finds those that are looked for in normalized text; null when there are none.</param>
    /// <param name="normalizers">The normalizers.</param>
    /// <param name="preTokenizers">The pre-tokenizers, the first to be applied first.</param>
    /// <param name="model">The model.</param>
    public PipelineTokenizer(
        int vocabularySize, AddedTokenMatcher? asWritten, AddedTokenMatcher? asNormalized, NormalizerChain normalizers, IReadOnlyList<IPreTokenizer> preTokenizers, ITokenModel model)
    {
        VocabularySize = vocabularySize;
        _asWritten = asWritten;
        _asNormalized = asNormalized;
        _normalizers = normalizers;
        _preTokenizers = [.. preTokenizers];
        _model = model;
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, TokenSpans into)
    {
        _text.Load(text);
        Cut(_asWritten, _text, 0, _text.Length, _segments);
        foreach (var segment in _segments)
        {
            if (segment.Id >= 0)
            {
                into.Add(segment.Id, segment.Start, segment.End);
            }
            else
            {
                Normalize(segment, into);
            }
        }
    }

    private void Normalize(TextSegment part, TokenSpans into)
    {
        var text = _text;
        var start = part.Start;
        var end = part.End;
        _normalizers.Apply(ref text, ref start, ref end);
        Cut(_asNormalized, text, start, end, _normalizedSegments);
        foreach (var segment in _normalizedSegments)
        {
            if (segment.Id >= 0)
            {
                into.Add(segment.Id, text.StartOf(segment.Start), text.EndOf(segment.End - 1));
                continue;
            }

            _pieces.Begin(text, segment.Start, segment.End);
            foreach (var preTokenizer in _preTokenizers)
            {
                preTokenizer.Apply(_pieces);
            }

            Encode(into);
        }
    }

    private void Encode(TokenSpans into)
    {
        var starts = _pieces.Current.Starts;
        var ends = _pieces.Current.Ends;
        for (var i = 0; i < starts.Length; i++)
        {
            _model.Encode(_pieces.Text, starts[i], ends[i], into);
        }
    }

    private static void Cut(AddedTokenMatcher? matcher, AlignedText text, int start, int end, List<TextSegment> into)
    {
        into.Clear();
        if (matcher is not null)
        {
            matcher.Cut(text.Chars, start, end, into);
        }
        else if (start < end)
        {
            into.Add(new TextSegment(start, end, -1));
        }
    }
}
