namespace Emergence.Stages.Tokens;

/// <summary>What a facet labels.</summary>
public enum FacetKind
{
    /// <summary>All tokens of a document carry the document's category (genre, language, subject).</summary>
    Document,

    /// <summary>Each token carries its own category or none (part of speech).</summary>
    Token,
}

/// <summary>A way of labelling tokens, such as <c>genre</c> or <c>pos</c>, and its categories.</summary>
/// <param name="Name">The facet's name.</param>
/// <param name="Kind">Whether documents or tokens are labelled.</param>
/// <param name="Categories">The categories' names; a label is an index into this list, or −1 for none. At most 32 767.</param>
public sealed record Facet(string Name, FacetKind Kind, IReadOnlyList<string> Categories)
{
    /// <summary>What each category means, in words for a person (<c>md</c>: modal verb); empty when the text does not say.</summary>
    public IReadOnlyList<string> Descriptions { get; init; } = [];
}
