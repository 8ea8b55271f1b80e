using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>
/// Reads a probe text with a word a line and labels in columns, a sentence ended by an empty line, a document begun by
/// <c>-DOCSTART-</c> or <c># newdoc id = …</c>. <c>O</c> and <c>_</c> are no label; <c>B-</c> and <c>I-</c> before a category say
/// that it begins there or goes on.
/// </summary>
/// <param name="builder">Takes the documents.</param>
/// <param name="path">The file, for errors.</param>
/// <param name="tabs">Whether only tabs separate columns.</param>
/// <param name="columns">Names of the columns; null when the first comment says them.</param>
internal sealed class ColumnsProbe(ProbeBuilder builder, string path, bool tabs, string? columns)
{
    private const string Mark = "# columns:";

    private readonly SentenceJoiner _documents = new(builder);
    private readonly Dictionary<int, LabelSpan> _open = [];
    private ProbeColumns? _columns = columns is null ? null : ProbeColumns.Parse(columns);
    private DocumentDraft? _sentence;
    private long _sentenceLine;
    private bool _begun;

    /// <summary>Reads the lines.</summary>
    /// <param name="stream">The text.</param>
    /// <exception cref="BadInputException">Nothing says what the columns are.</exception>
    public void Read(Stream stream)
    {
        TextLines.Read(stream, builder, ReadLine);
        EndSentence();
        _documents.End();
    }

    private void ReadLine(long number, string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            EndSentence();
            return;
        }

        var comment = line.StartsWith("# ", StringComparison.Ordinal) || line == "#";
        if (!_begun && comment && line.StartsWith(Mark, StringComparison.Ordinal))
        {
            NameColumns(number, line[Mark.Length..]);
            return;
        }

        _begun |= !comment;
        var fields = Fields(line);
        if (fields[0] == "-DOCSTART-")
        {
            EndSentence();
            _documents.Begin(null, number);
        }
        else if (comment && fields.Length != _columns?.Names.Count)
        {
            if (NewDocument.TryRead(line, out var id))
            {
                EndSentence();
                _documents.Begin(id, number);
            }
        }
        else
        {
            ReadWord(number, fields);
        }
    }

    private void NameColumns(long number, string names)
    {
        if (columns is not null)
        {
            return;
        }

        _columns = ProbeColumns.Problem(names) is { } problem
            ? throw new BadInputException(path, $"line {number}", $"{problem} in '{Mark}{names}'", "Name the columns as in '# columns: word pos ner', or with --probe-columns word,pos,ner")
            : ProbeColumns.Parse(names);
    }

    private string[] Fields(string line) =>
        tabs || line.Contains('\t') ? line.Split('\t') : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private void ReadWord(long number, string[] fields)
    {
        var named = _columns ?? throw new BadInputException(path, $"line {number}", "nothing says what the columns are", "Write '# columns: word pos ner' on the first line, or give --probe-columns word,pos,ner");
        var names = named.Names;
        var place = $"line {number}";
        if (fields.Length != names.Count)
        {
            builder.Problems.Add(place, $"{fields.Length} columns, {names.Count} are named ({string.Join(' ', names)})");
            return;
        }

        if (_sentence is null)
        {
            (_sentence, _sentenceLine) = (new DocumentDraft(), number);
        }

        var word = fields[named.Word];
        if (string.IsNullOrWhiteSpace(word))
        {
            builder.Problems.Add(place, "the word is empty");
            return;
        }

        _sentence.Append(_sentence.Length == 0 ? "" : " ");
        var start = _sentence.Length;
        _sentence.Append(word);
        for (var c = 0; c < fields.Length; c++)
        {
            if (names[c] is not ("word" or "_"))
            {
                ReadLabel(names[c], fields[c], place, start);
            }
        }
    }

    private void ReadLabel(string name, string label, string place, int start)
    {
        var goesOn = label.StartsWith("I-", StringComparison.Ordinal);
        var category = label.Length > 2 && (goesOn || label.StartsWith("B-", StringComparison.Ordinal)) ? label[2..] : label;
        var none = category is "O" or "_";
        if ((none && !builder.Facets.Has(name)) || builder.Facets.Find(name, FacetKind.Token, place) is not (var facet and >= 0))
        {
            return;
        }

        if (none)
        {
            CloseSpan(facet);
            return;
        }

        var number = builder.Facets.Category(facet, category, place, name);
        if (goesOn && _open.TryGetValue(facet, out var open) && open.Category == number)
        {
            _open[facet] = open with { End = _sentence!.Length };
            return;
        }

        CloseSpan(facet);
        if (number >= 0)
        {
            _open[facet] = new LabelSpan(start, _sentence!.Length, number);
        }
    }

    private void CloseSpan(int facet)
    {
        if (_open.Remove(facet, out var span))
        {
            _sentence!.Label(facet, span);
        }
    }

    private void EndSentence()
    {
        foreach (var facet in _open.Keys.ToArray())
        {
            CloseSpan(facet);
        }

        if (_sentence is { Length: > 0 })
        {
            _documents.Add(null, _sentenceLine, _sentence, " ");
        }

        _sentence = null;
    }
}
