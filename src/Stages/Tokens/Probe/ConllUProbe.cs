using System.Globalization;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>
/// Reads a probe text in CoNLL-U (universaldependencies.org/format.html): ten columns, of which UPOS, XPOS and DEPREL are facets of
/// the tokens. Empty nodes are no part of the text. The text is <c># text</c> where the words are found in it one after the
/// other, else it is put together of the forms and <c>SpaceAfter=No</c>; paragraphs are set apart by an empty line.
/// </summary>
/// <param name="builder">Takes the documents.</param>
internal sealed class ConllUProbe(ProbeBuilder builder)
{
    /// <summary>The facets and their columns, from 0.</summary>
    public static readonly (string Name, int Column)[] Facets = [("upos", 3), ("xpos", 4), ("deprel", 7)];

    private readonly SentenceJoiner _documents = new(builder);
    private readonly List<ConllUWord> _words = [];
    private string? _text;
    private long _textLine;
    private string? _sentenceId;
    private bool _paragraph;
    private bool _glued;
    private bool _spaceAfter;
    private int _problemsBefore;
    private int _next = 1;
    private int _rangeEnd;

    /// <summary>Reads the lines.</summary>
    /// <param name="stream">The text.</param>
    public void Read(Stream stream)
    {
        _problemsBefore = builder.Problems.Count;
        TextLines.Read(stream, builder, ReadLine);
        EndSentence();
        _documents.End();
    }

    private void ReadLine(long number, string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            EndSentence();
        }
        else if (line[0] == '#')
        {
            ReadComment(number, line);
        }
        else
        {
            ReadWord(number, line.Split('\t'));
        }
    }

    private void ReadComment(long number, string line)
    {
        var comment = line.AsSpan(1).Trim();
        if (NewDocument.TryRead(line, out var id))
        {
            _documents.Begin(id, number);
            _paragraph = false;
        }
        else if (comment.StartsWith("newpar", StringComparison.Ordinal))
        {
            _paragraph = true;
        }
        else if (NewDocument.Value(comment, "sent_id") is { } sentence)
        {
            _sentenceId = sentence;
        }
        else if (NewDocument.Value(comment, "text") is { } text)
        {
            (_text, _textLine) = (text, number);
        }
    }

    private void ReadWord(long number, string[] columns)
    {
        var place = $"line {number}";
        if (columns.Length != 10 || columns[1].Length == 0)
        {
            builder.Problems.Add(place, columns.Length != 10 ? $"{columns.Length} columns separated by tabs, CoNLL-U has 10" : "the form is empty");
            return;
        }

        if (columns[0].Contains('.'))
        {
            if (!IsEmptyNode(columns[0]))
            {
                builder.Problems.Add(place, $"'{columns[0]}' is no number of an empty node here");
            }

            return;
        }

        if (!TryNumbers(columns[0], out var first, out var last) || first != _next || (last > first && first <= _rangeEnd))
        {
            builder.Problems.Add(place, $"'{columns[0]}' is not the number of the next word, {_next}");
            _next = Math.Max(first, 0) + 1;
            return;
        }

        var spaceAfter = !columns[9].Split('|').Contains("SpaceAfter=No");
        if (last > first || first > _rangeEnd)
        {
            // What stands in the text: a token of several words, or a word that is in none.
            _spaceAfter = spaceAfter;
        }

        if (last > first)
        {
            _rangeEnd = last;
        }
        else
        {
            _next++;
        }

        var labels = Facets.Select(f => columns[f.Column] is "_" or "" ? null : columns[f.Column]).ToArray();
        _words.Add(new ConllUWord(number, first, last, columns[1], labels, spaceAfter));
    }

    private bool IsEmptyNode(string number)
    {
        var dot = number.IndexOf('.', StringComparison.Ordinal);
        return int.TryParse(number.AsSpan(0, dot), NumberStyles.None, null, out var after) && after == _next - 1
            && int.TryParse(number.AsSpan(dot + 1), NumberStyles.None, null, out var which) && which > 0;
    }

    private static bool TryNumbers(string number, out int first, out int last)
    {
        var dash = number.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            var read = int.TryParse(number, NumberStyles.None, null, out first) && first is > 0 and < int.MaxValue;
            last = first;
            return read;
        }

        last = 0;
        return int.TryParse(number.AsSpan(0, dash), NumberStyles.None, null, out first) && first > 0
            && int.TryParse(number.AsSpan(dash + 1), NumberStyles.None, null, out last) && last > first;
    }

    private void EndSentence()
    {
        if (_words.Count > 0 && _rangeEnd >= _next)
        {
            builder.Problems.Add($"line {_words[^1].Line}", $"the sentence ends before word {_rangeEnd}, the last of a token of several words");
        }

        // Of a sentence with problems not every word is there.
        if (_words.Count > 0 && builder.Problems.Count == _problemsBefore && ConllUSentence.Make(builder, _words, _text, _textLine) is { } sentence)
        {
            _documents.Add(_sentenceId, _words[0].Line, sentence, _paragraph ? "\n\n" : _glued ? "" : " ");
            _glued = !_spaceAfter;
            _paragraph = false;
        }

        _words.Clear();
        (_text, _sentenceId, _next, _rangeEnd, _problemsBefore) = (null, null, 1, 0, builder.Problems.Count);
    }
}
