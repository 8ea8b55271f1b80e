using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>Makes a probe set of documents, one after the other.</summary>
/// <param name="path">The text.</param>
/// <param name="facets">Its facets.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class ProbeBuilder(string path, FacetTable facets, ITokenizer tokenizer, InputProblems problems)
{
    private readonly List<LabelledDocument> _documents = [];
    private readonly List<short[]?[]> _labels = [];
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly TokenSpans _tokens = new();
    private long _tokenCount;

    /// <summary>The facets.</summary>
    public FacetTable Facets => facets;

    /// <summary>What is wrong so far.</summary>
    public InputProblems Problems => problems;

    /// <summary>Tokenises and adds a document.</summary>
    /// <param name="id">Its name; null when its source gives none.</param>
    /// <param name="line">The line on which it begins.</param>
    /// <param name="draft">The document.</param>
    public void Add(string? id, long line, DocumentDraft draft)
    {
        var place = $"line {line}";
        var name = id ?? $"{Path.GetFileName(path)}:{line}";
        if (!_places.TryAdd(name, place))
        {
            problems.Add(place, $"the document '{name}' is on {_places[name]} already");
        }

        var text = draft.Text;
        _tokens.Clear();
        tokenizer.Encode(text, _tokens);
        if (_tokens.Count == 0)
        {
            problems.Add(place, "the document gives no token");
            return;
        }

        _tokenCount += _tokens.Count;
        if (_tokenCount > TextLimits.ProbeTokens)
        {
            throw new BadInputException(path, place, $"the probe set has more than {TextLimits.ProbeTokens} tokens", "Measure a smaller text");
        }

        var labels = new short[facets.Count][];
        foreach (var (facet, category) in draft.Categories)
        {
            Array.Fill(labels[facet] = new short[_tokens.Count], category);
        }

        foreach (var (facet, spans) in draft.Spans)
        {
            labels[facet] = TokenLabels.Of(text, _tokens, spans);
        }

        _labels.Add(labels);
        _documents.Add(new LabelledDocument(name, _tokens.Ids.ToArray(), []) { Named = id is not null, Text = TextIdentity.Of(text) });
    }

    /// <summary>Ends the set.</summary>
    /// <param name="facetPath">The facet file, there or not.</param>
    /// <exception cref="BadInputException">Something was wrong, or there is no document.</exception>
    public ProbeSet Finish(string facetPath)
    {
        if (problems.Count == 0 && _documents.Count == 0)
        {
            problems.Add("line 1", "the text has no document");
        }
        else if (_documents.Count > 0)
        {
            facets.Check(facetPath);
        }

        problems.ThrowIfAny();
        var finished = facets.Facets.Select(f => f.Finish()).ToArray();
        for (var d = 0; d < _documents.Count; d++)
        {
            var labels = new short[finished.Length][];
            for (var f = 0; f < labels.Length; f++)
            {
                labels[f] = Final(f < _labels[d].Length ? _labels[d][f] : null, _documents[d].Tokens.Length, finished[f].Numbers);
            }

            _documents[d] = _documents[d] with { Labels = labels };
        }

        return new ProbeSet([.. finished.Select(f => f.Facet)], _documents);
    }

    private static short[] Final(short[]? labels, int count, short[]? numbers)
    {
        if (labels is null)
        {
            labels = new short[count];
            Array.Fill(labels, (short)-1);
        }
        else if (numbers is not null)
        {
            for (var i = 0; i < labels.Length; i++)
            {
                labels[i] = labels[i] < 0 ? labels[i] : numbers[labels[i]];
            }
        }

        return labels;
    }
}
