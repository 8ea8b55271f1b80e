using System.Text;
using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.Normalizers;

/// <summary>
/// NFC, NFD, NFKC or NFKD. A composed character stands for the first character that it was composed of, as the tokenizers
/// library has it, and characters that came out of one stand for that one.
/// </summary>
/// <param name="compatible">Whether compatibility decompositions are applied too (NFKC, NFKD).</param>
/// <param name="compose">Whether the result is composed (NFC, NFKC).</param>
internal sealed class UnicodeNormalizer(bool compatible, bool compose) : INormalizer
{
    private readonly NormalizationData _data = NormalizationData.Instance;
    private readonly List<int> _parts = [];

    // The decomposed text: code points, and what each consumes of the text before: 0 one character, 1 none, -n one and n more.
    private readonly List<int> _codePoints = [];
    private readonly List<int> _changes = [];
    private readonly List<byte> _classes = [];

    /// <inheritdoc/>
    public bool Apply(AlignedText from, int start, int end, AlignedText into)
    {
        if (IsNormal(from.Chars[start..end]))
        {
            return false;
        }

        Decompose(from.Chars[start..end]);
        if (compose)
        {
            Compose();
        }

        Write(from, start, into);
        return true;
    }

    private bool IsNormal(ReadOnlySpan<char> text)
    {
        if (compatible || !compose)
        {
            return !text.ContainsAnyExceptInRange('\0', '\u007F');
        }

        // Below the first combining mark everything is as it should be.
        var first = text.IndexOfAnyExceptInRange('\0', '\u02FF');
        if (first < 0)
        {
            return true;
        }

        foreach (var unit in text[first..])
        {
            if (unit >= 0x300 && !_data.IsSettled(unit))
            {
                return false;
            }
        }

        return true;
    }

    private void Decompose(ReadOnlySpan<char> text)
    {
        _codePoints.Clear();
        _changes.Clear();
        _classes.Clear();
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            _parts.Clear();
            _data.Decompose(rune.Value, compatible, _parts);
            for (var i = 0; i < _parts.Count; i++)
            {
                var mark = _data.ClassOf(_parts[i]);
                if (mark == 0)
                {
                    SortMarks(marks);
                    marks = 0;
                }
                else
                {
                    marks++;
                }

                _codePoints.Add(_parts[i]);
                _changes.Add(i == 0 ? 0 : 1);
                _classes.Add(mark);
            }
        }

        SortMarks(marks);
    }

    // The last marks into the order of their classes; a stable order is part of the definition.
    private void SortMarks(int count)
    {
        var first = _classes.Count - count;
        var sorted = true;
        for (var i = first + 1; i < _classes.Count; i++)
        {
            sorted &= _classes[i - 1] <= _classes[i];
        }

        if (sorted)
        {
            return;
        }

        var order = Enumerable.Range(first, count).OrderBy(i => _classes[i]).Select(i => (_codePoints[i], _changes[i], _classes[i])).ToArray();
        for (var i = 0; i < count; i++)
        {
            (_codePoints[first + i], _changes[first + i], _classes[first + i]) = order[i];
        }
    }

    private void Compose()
    {
        var written = 0;
        var starter = -1;
        var lastClass = -1;
        for (var read = 0; read < _codePoints.Count; read++)
        {
            var mark = _classes[read];

            // A mark behind another of the same or a higher class cannot reach the starter.
            if (starter >= 0 && lastClass < mark && _data.Compose(_codePoints[starter], _codePoints[read]) is var composed and >= 0)
            {
                _codePoints[starter] = composed;
                _changes[starter] += _changes[read] - 1;
                continue;
            }

            if (mark == 0)
            {
                starter = written;
                lastClass = -1;
            }
            else
            {
                lastClass = mark;
            }

            _codePoints[written] = _codePoints[read];
            _changes[written] = _changes[read];
            _classes[written] = mark;
            written++;
        }

        _codePoints.RemoveRange(written, _codePoints.Count - written);
        _changes.RemoveRange(written, _changes.Count - written);
        _classes.RemoveRange(written, _classes.Count - written);
    }

    private void Write(AlignedText from, int start, AlignedText into)
    {
        var at = start;
        var first = from.StartOf(start);
        var last = first;
        for (var i = 0; i < _codePoints.Count; i++)
        {
            var change = _changes[i];
            if (change <= 0)
            {
                var next = at + Width(from, at);
                first = from.StartOf(at);
                last = from.EndOf(next - 1);
                at = next;
                for (; change < 0; change++)
                {
                    at += Width(from, at);
                }
            }
            else if (at > start)
            {
                var previous = char.IsLowSurrogate(from.Chars[at - 1]) ? at - 2 : at - 1;
                first = from.StartOf(previous);
                last = from.EndOf(at - 1);
            }

            into.AppendCodePoint(_codePoints[i], first, last);
        }
    }

    private static int Width(AlignedText text, int at)
    {
        Rune.DecodeFromUtf16(text.Chars[at..], out _, out var width);
        return width;
    }
}
