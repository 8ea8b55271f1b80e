using System.Runtime.CompilerServices;

namespace Emergence.Stages.Tokens.Tokenizers;

/// <summary>
/// Text on its way to the model, and for each of its code units the range of the original text that it stands for. While
/// nothing was changed, units stand for themselves and nothing is stored. Holds no half surrogate pairs.
/// </summary>
internal sealed class AlignedText
{
    private char[] _chars = new char[256];
    private int[] _starts = [];
    private int[] _ends = [];
    private bool _changed;

    /// <summary>Number of code units.</summary>
    public int Length { get; private set; }

    /// <summary>The code units, <c>[Length]</c>; valid until the next change.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    /// <summary>Whether units stand for themselves.</summary>
    public bool IsOriginal => !_changed;

    /// <summary>First unit of the original that a unit stands for.</summary>
    /// <param name="at">The unit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int StartOf(int at) => _changed ? _starts[at] : at;

    /// <summary>Unit of the original after the last that a unit stands for.</summary>
    /// <param name="at">The unit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EndOf(int at) => _changed ? _ends[at] : at + 1;

    /// <summary>Takes an original text; half surrogate pairs become U+FFFD.</summary>
    /// <param name="text">The text.</param>
    public void Load(ReadOnlySpan<char> text)
    {
        Grow(text.Length);
        text.CopyTo(_chars);
        Length = text.Length;
        _changed = false;
        var at = 0;
        while (_chars.AsSpan(at, Length - at).IndexOfAnyInRange('\uD800', '\uDFFF') is var next and >= 0)
        {
            at += next;
            if (char.IsHighSurrogate(_chars[at]) && at + 1 < Length && char.IsLowSurrogate(_chars[at + 1]))
            {
                at += 2;
            }
            else
            {
                _chars[at++] = '\uFFFD';
            }
        }
    }

    /// <summary>Becomes empty, to be filled with changed text.</summary>
    public void Clear()
    {
        Length = 0;
        _changed = true;
    }

    /// <summary>Appends a code unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="start">First unit of the original that it stands for.</param>
    /// <param name="end">The unit after the last.</param>
    public void Append(char unit, int start, int end)
    {
        Grow(Length + 1);
        _chars[Length] = unit;
        _starts[Length] = start;
        _ends[Length] = end;
        Length++;
    }

    /// <summary>Appends a character.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    /// <param name="start">First unit of the original that it stands for.</param>
    /// <param name="end">The unit after the last.</param>
    public void AppendCodePoint(int codePoint, int start, int end)
    {
        if (codePoint < 0x10000)
        {
            Append((char)codePoint, start, end);
            return;
        }

        Append((char)(0xD7C0 + (codePoint >> 10)), start, end);
        Append((char)(0xDC00 + (codePoint & 0x3FF)), start, end);
    }

    /// <summary>Appends text that all stands for the same range of the original.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">First unit of the original.</param>
    /// <param name="end">The unit after the last.</param>
    public void Append(ReadOnlySpan<char> text, int start, int end)
    {
        foreach (var unit in text)
        {
            Append(unit, start, end);
        }
    }

    /// <summary>Appends a part of another text as it is.</summary>
    /// <param name="from">The other text.</param>
    /// <param name="start">Its first unit.</param>
    /// <param name="end">The unit after its last.</param>
    public void Append(AlignedText from, int start, int end)
    {
        var count = end - start;
        Grow(Length + count);
        from.Chars[start..end].CopyTo(_chars.AsSpan(Length));
        if (from._changed)
        {
            from._starts.AsSpan(start, count).CopyTo(_starts.AsSpan(Length));
            from._ends.AsSpan(start, count).CopyTo(_ends.AsSpan(Length));
        }
        else
        {
            var starts = _starts.AsSpan(Length, count);
            var ends = _ends.AsSpan(Length, count);
            for (var i = 0; i < count; i++)
            {
                starts[i] = start + i;
                ends[i] = start + i + 1;
            }
        }

        Length += count;
    }

    /// <summary>Appends a part of another text with a code unit replaced by another.</summary>
    /// <param name="from">The other text.</param>
    /// <param name="start">Its first unit.</param>
    /// <param name="end">The unit after its last.</param>
    /// <param name="old">The unit to be replaced; no surrogate.</param>
    /// <param name="replacement">What it becomes; no surrogate.</param>
    public void AppendReplacing(AlignedText from, int start, int end, char old, char replacement)
    {
        var at = Length;
        Append(from, start, end);
        _chars.AsSpan(at, end - start).Replace(old, replacement);
    }

    private void Grow(int length)
    {
        if (length > _chars.Length)
        {
            Array.Resize(ref _chars, Math.Max(length, 2 * _chars.Length));
        }

        if (_changed && length > _starts.Length)
        {
            Array.Resize(ref _starts, _chars.Length);
            Array.Resize(ref _ends, _chars.Length);
        }
    }
}
