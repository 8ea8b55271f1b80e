using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>A facet while a probe text is read: described by a facet file, or inferred from what the text says.</summary>
internal sealed class FacetDraft
{
    private readonly Dictionary<string, short> _index = new(StringComparer.Ordinal);
    private readonly List<string> _categories = [];
    private readonly Facet? _described;

    /// <summary>A facet of a facet file.</summary>
    public FacetDraft(Facet described)
    {
        (_described, Name, Kind) = (described, described.Name, described.Kind);
        for (var c = 0; c < described.Categories.Count; c++)
        {
            _index.Add(described.Categories[c], (short)c);
        }
    }

    /// <summary>A facet that no file describes.</summary>
    public FacetDraft(string name, FacetKind kind, string place) => (Name, Kind, FirstPlace) = (name, kind, place);

    /// <summary>The facet's name.</summary>
    public string Name { get; }

    /// <summary>Whether documents or tokens are labelled.</summary>
    public FacetKind Kind { get; }

    /// <summary>Where the text first names it.</summary>
    public string? FirstPlace { get; set; }

    /// <summary>How many labels it was asked for.</summary>
    public int Uses { get; private set; }

    /// <summary>What makes it no facet, one clause; null when nothing does. Inferred facets only.</summary>
    public string? Problem
    {
        get
        {
            if (_described is not null)
            {
                return null;
            }

            if (_index.Count == 0)
            {
                return $"the facet '{Name}' labels nothing";
            }

            if (_index.Count > TextLimits.InferredCategories)
            {
                return $"the facet '{Name}' has more than {TextLimits.InferredCategories} categories";
            }

            return Kind == FacetKind.Document && Uses >= TextLimits.DocumentsToTellNames && _index.Count == Uses
                ? $"'{Name}' is different in each of {Uses} documents, as a name is and a facet is not"
                : null;
        }
    }

    /// <summary>Finds a category by its name; an inferred facet takes up new ones.</summary>
    /// <returns>Its number until the text is read; −1 when the facet has no such category.</returns>
    public short Category(string name)
    {
        Uses++;
        if (_index.TryGetValue(name, out var category))
        {
            return category;
        }

        // One more than is allowed is kept, which says that there were too many.
        if (_described is not null || _index.Count > TextLimits.InferredCategories)
        {
            return _described is not null ? (short)-1 : (short)0;
        }

        _index.Add(name, (short)_categories.Count);
        _categories.Add(name);
        return (short)(_categories.Count - 1);
    }

    /// <summary>Ends it.</summary>
    /// <returns>The facet, inferred categories in ordinal order, and the final number of each number that was given.</returns>
    public (Facet Facet, short[]? Numbers) Finish()
    {
        if (_described is not null)
        {
            return (_described, null);
        }

        var sorted = _categories.Order(StringComparer.Ordinal).ToArray();
        return (new Facet(Name, Kind, sorted), [.. _categories.Select(c => (short)Array.BinarySearch(sorted, c, StringComparer.Ordinal))]);
    }
}
