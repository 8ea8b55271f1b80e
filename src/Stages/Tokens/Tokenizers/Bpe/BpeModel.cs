using System.Text;
using Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>Byte pair encoding (Sennrich et al. 2016): pieces begin as characters or bytes, which are merged by rank.</summary>
/// <param name="vocabulary">The vocabulary.</param>
/// <param name="merges">The merges.</param>
/// <param name="settings">How text is treated.</param>
/// <param name="cuts">Where pieces can be cut without changing their tokens; null where nothing is known.</param>
internal sealed class BpeModel(BpeVocabulary vocabulary, MergeTable merges, BpeSettings settings, WordCuts? cuts) : ITokenModel
{
    private readonly PieceCache _cache = new();
    private readonly BpeWord _word = new();
    private char[] _spelled = new char[64];

    // An unknown character that may yet be fused with the next: its first unit, or -1.
    private int _unknownStart = -1;
    private int _unknownEnd;

    /// <inheritdoc/>
    public void Encode(AlignedText text, int start, int end, TokenSpans into)
    {
        if (cuts is null || (settings.WholeFirst && Whole(text.Chars[start..end]) >= 0))
        {
            EncodeWord(text, start, end, into);
            return;
        }

        while (start < end)
        {
            var next = cuts.Next(text.Chars, start, end);
            EncodeWord(text, start, next, into);
            start = next;
        }
    }

    private void EncodeWord(AlignedText text, int start, int end, TokenSpans into)
    {
        var piece = text.Chars[start..end];
        if (piece.Length > PieceCache.LongestPiece)
        {
            Merge(piece);
            for (var i = 0; i < _word.Count; i++)
            {
                Add(text, _word.Ids[i], start + _word.Starts[i], start + _word.Ends[i], into);
            }

            return;
        }

        var hash = PieceCache.Hash(piece);
        if (!_cache.TryGet(piece, hash, out var tokens))
        {
            Merge(piece);
            _cache.Add(piece, hash, _word);
            _cache.TryGet(piece, hash, out tokens);
        }

        foreach (ref readonly var token in tokens)
        {
            Add(text, token.Id, start + token.Start, start + token.End, into);
        }
    }

    private static void Add(AlignedText text, int id, int start, int end, TokenSpans into) => into.Add(id, text.StartOf(start), text.EndOf(end - 1));

    private void Merge(ReadOnlySpan<char> piece)
    {
        _word.Clear();
        if (settings.WholeFirst && Whole(piece) is var id and >= 0)
        {
            _word.Add(id, 0, piece.Length);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < piece.Length;)
        {
            Rune.DecodeFromUtf16(piece[at..], out var rune, out var width);
            if (settings.ByteLevel)
            {
                foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    Begin(vocabulary.OfByte(value), at, at + width);
                }
            }
            else if (vocabulary.OfCharacter(rune.Value) is var known && (known >= 0 || !settings.FallBackToBytes))
            {
                Begin(known, at, at + width);
            }
            else
            {
                foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    _word.Add(vocabulary.OfFallbackByte(value), at, at + width);
                }
            }

            at += width;
        }

        EndUnknown();
        _word.Merge(merges);
    }

    // Appends the token of a character or byte; -1 makes it unknown.
    private void Begin(int id, int start, int end)
    {
        if (id >= 0)
        {
            EndUnknown();
            _word.Add(id, start, end);
        }
        else if (settings.UnknownId >= 0)
        {
            if (!settings.FuseUnknown)
            {
                EndUnknown();
            }

            _unknownStart = _unknownStart < 0 ? start : _unknownStart;
            _unknownEnd = end;
        }
    }

    private void EndUnknown()
    {
        if (_unknownStart >= 0)
        {
            _word.Add(settings.UnknownId, _unknownStart, _unknownEnd);
            _unknownStart = -1;
        }
    }

    // Id of a piece that is in the vocabulary as it stands; -1 when it is not.
    private int Whole(ReadOnlySpan<char> piece)
    {
        if (piece.Length > vocabulary.LongestToken)
        {
            return -1;
        }

        if (!settings.ByteLevel)
        {
            return vocabulary.IdOf(piece);
        }

        if (_spelled.Length < 3 * piece.Length)
        {
            _spelled = new char[3 * piece.Length];
        }

        var count = 0;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in piece.EnumerateRunes())
        {
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                _spelled[count++] = ByteAlphabet.CharOf(value);
            }
        }

        return vocabulary.IdOf(_spelled.AsSpan(0, count));
    }
}
