using Emergence.Stages.Input;

namespace Emergence.Stages.Activations;

/// <summary>
/// The Python dictionary in a <c>.npy</c> header: <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, each once, and nothing else.
/// </summary>
/// <param name="path">The file, for errors.</param>
/// <param name="start">Offset of the text in it.</param>
/// <param name="text">The text, one character a byte.</param>
internal sealed class NpyDictionary(string path, int start, string text)
{
    private const string Remedy = "Write the file with numpy.save";
    private const int Rank = 32;
    private const int ValueLength = 64;

    private int _at;

    /// <summary>Reads it.</summary>
    /// <exception cref="BadInputException">It is something else, or the array is in Fortran order.</exception>
    public (string Descr, IReadOnlyList<long> Shape) Parse()
    {
        string? descr = null;
        bool? fortran = null;
        List<long>? shape = null;
        Expect('{');
        while (!Take('}'))
        {
            var at = _at;
            var key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr" when descr is null:
                    descr = Descr();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = Flag();
                    break;
                case "shape" when shape is null:
                    shape = Numbers();
                    break;
                default:
                    throw Bad(at, $"key '{Shown(key)}' is unknown or stands there twice");
            }

            if (!Take(','))
            {
                Expect('}');
                break;
            }
        }

        SkipSpace();
        if (_at < text.Length)
        {
            throw Bad(_at, "something follows the dictionary");
        }

        if (descr is null || fortran is null || shape is null)
        {
            throw Bad(0, "descr, fortran_order and shape are needed");
        }

        return fortran.Value && shape.Count > 1
            ? throw new BadInputException(path, "fortran_order", "the array is stored column by column", "Save numpy.ascontiguousarray of it")
            : (descr, shape);
    }

    private string Descr()
    {
        SkipSpace();
        return _at < text.Length && text[_at] is '[' or '('
            ? throw new BadInputException(path, "descr", "the array has named fields or sub-arrays", "Save a plain array of float32, float16 or bfloat16")
            : Quoted();
    }

    private bool Flag()
    {
        SkipSpace();
        foreach (var (word, value) in new[] { ("True", true), ("False", false) })
        {
            if (text.AsSpan(_at).StartsWith(word))
            {
                _at += word.Length;
                return value;
            }
        }

        throw Bad(_at, "fortran_order is neither True nor False");
    }

    private List<long> Numbers()
    {
        Expect('(');
        var numbers = new List<long>();
        while (!Take(')'))
        {
            if (numbers.Count == Rank)
            {
                throw Bad(_at, $"shape has more than {Rank} dimensions");
            }

            numbers.Add(Number());
            if (!Take(','))
            {
                Expect(')');
                // (5) is a number in parentheses and no tuple.
                return numbers.Count == 1 ? throw Bad(_at - 1, "shape is not a tuple") : numbers;
            }
        }

        return numbers;
    }

    private long Number()
    {
        SkipSpace();
        var begin = _at;
        long value = 0;
        for (; _at < text.Length && char.IsAsciiDigit(text[_at]); _at++)
        {
            var digit = text[_at] - '0';
            if (value > (long.MaxValue - digit) / 10)
            {
                throw Bad(begin, "a size in shape is larger than any file");
            }

            value = (value * 10) + digit;
        }

        if (_at == begin)
        {
            throw Bad(begin, "shape holds something that is not a whole number of 0 or more");
        }

        // NumPy under Python 2 wrote long numbers as 5L.
        if (_at < text.Length && text[_at] == 'L')
        {
            _at++;
        }

        return value;
    }

    private string Quoted()
    {
        SkipSpace();
        if (_at == text.Length || text[_at] is not ('\'' or '"'))
        {
            throw Bad(_at, "a quoted word is needed here");
        }

        var end = text.IndexOf(text[_at], _at + 1);
        if (end < 0 || end - _at > ValueLength)
        {
            throw Bad(_at, "a quoted word does not end");
        }

        var word = text[(_at + 1)..end];
        _at = end + 1;
        return word.All(c => c is >= ' ' and <= '~' and not '\\') ? word : throw Bad(_at, "a quoted word holds something else than plain text");
    }

    private bool Take(char wanted)
    {
        SkipSpace();
        if (_at == text.Length || text[_at] != wanted)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Take(wanted))
        {
            throw Bad(_at, $"'{wanted}' is needed here");
        }
    }

    private void SkipSpace()
    {
        while (_at < text.Length && text[_at] is ' ' or '\n' or '\t' or '\r')
        {
            _at++;
        }
    }

    private static string Shown(string word) => word.Length <= 20 ? word : word[..20] + "…";

    private BadInputException Bad(int at, string problem) => new(path, $"offset {start + at}", problem, Remedy);
}
