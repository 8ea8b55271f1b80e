using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>The facets of a probe text while it is read.</summary>
internal sealed class FacetTable
{
    private readonly List<FacetDraft> _facets = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _notes = new(StringComparer.Ordinal);
    private readonly InputProblems _problems;
    private string? _tooManyPlace;

    /// <param name="described">The facets of the facet file; null when there is none, and facets are inferred.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public FacetTable(IReadOnlyList<Facet>? described, InputProblems problems)
    {
        _problems = problems;
        Described = described is not null;
        foreach (var facet in described ?? [])
        {
            _byName.Add(facet.Name, _facets.Count);
            _facets.Add(new FacetDraft(facet));
        }
    }

    /// <summary>Whether a facet file says which facets there are; others are passed over then.</summary>
    public bool Described { get; }

    /// <summary>How many facets are known so far.</summary>
    public int Count => _facets.Count;

    /// <summary>The facets known so far.</summary>
    public IReadOnlyList<FacetDraft> Facets => _facets;

    /// <summary>Whether a facet of that name is known so far.</summary>
    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>Finds the facet that a text names, or takes it up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">What the text labels with it.</param>
    /// <param name="place">Where.</param>
    /// <returns>Its number; −1 when the facet file leaves it out, or with a problem when it labels something else.</returns>
    public int Find(string name, FacetKind kind, string place)
    {
        if (!_byName.TryGetValue(name, out var facet))
        {
            if (Described)
            {
                return -1;
            }

            if (_facets.Count == TextLimits.InferredFacets)
            {
                _tooManyPlace ??= place;
                return -1;
            }

            if (_notes.TryGetValue(name, out var noted))
            {
                _problems.Add(place, $"'{name}' is a name here and something else on {noted}");
            }

            facet = _facets.Count;
            _byName.Add(name, facet);
            _facets.Add(new FacetDraft(name, kind, place));
        }

        if (_facets[facet].Kind == kind)
        {
            _facets[facet].FirstPlace ??= place;
            return facet;
        }

        _problems.Add(place, $"'{name}' labels {Labelled(kind)} here and {Labelled(_facets[facet].Kind)} {(Described ? "by the facet file" : $"on {_facets[facet].FirstPlace}")}");
        return -1;
    }

    /// <summary>Notes a key whose value is neither a category nor null: passed over, but it must not be a facet elsewhere.</summary>
    /// <param name="name">The key.</param>
    /// <param name="place">Where it is.</param>
    public void Note(string name, string place)
    {
        if (_byName.TryGetValue(name, out var facet))
        {
            _problems.Add(place, $"'{name}' is not a category or null{(_facets[facet].FirstPlace is { } first && !Described ? $", as it is on {first}" : "")}");
        }
        else if (!Described)
        {
            _notes.TryAdd(name, place);
        }
    }

    /// <summary>Finds a category.</summary>
    /// <param name="facet">Number of the facet.</param>
    /// <param name="name">Name of the category.</param>
    /// <param name="place">Where the text says it.</param>
    /// <param name="key">What the label is called there.</param>
    /// <returns>The category; −1 with a problem when the facet has no such one.</returns>
    public short Category(int facet, string name, string place, string key)
    {
        var category = name.Length == 0 ? (short)-1 : _facets[facet].Category(name);
        if (category < 0)
        {
            _problems.Add(place, name.Length == 0 ? $"'{key}' is empty; no label is written null in JSON and _ in columns" : $"'{key}' is '{name}', which is not a category of the facet");
        }

        return category;
    }

    /// <summary>Records what makes the facets no facets, when the whole text has been read.</summary>
    /// <param name="facetPath">The facet file that would help.</param>
    public void Check(string facetPath)
    {
        var advice = $"describe the facets you mean in {Path.GetFileName(facetPath)}, and others are passed over";
        foreach (var facet in _facets)
        {
            if (facet.Problem is { } problem)
            {
                _problems.Add(facet.FirstPlace ?? "", $"{problem}; {advice}");
            }
            else if (facet.FirstPlace is null)
            {
                _problems.Add("", $"no document has the facet '{facet.Name}', which {Path.GetFileName(facetPath)} describes");
            }
        }

        if (_tooManyPlace is not null)
        {
            _problems.Add(_tooManyPlace, $"the text has more than {TextLimits.InferredFacets} facets; {advice}");
        }

        if (_facets.Count == 0)
        {
            _problems.Add("", "the text labels nothing: no document has a facet");
        }
    }

    private static string Labelled(FacetKind kind) => kind == FacetKind.Document ? "documents" : "tokens";
}
