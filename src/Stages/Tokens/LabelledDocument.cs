namespace Emergence.Stages.Tokens;

/// <summary>A document of the probe set: its tokens and, for each facet, their labels.</summary>
/// <param name="Id">The document's name in its source.</param>
/// <param name="Tokens">Token ids, <c>[T]</c>, at least one.</param>
/// <param name="Labels">
/// <c>[facet][T]</c>: category of each token in the facet at the same place of <see cref="ProbeSet.Facets"/>, −1 for none.
/// A document facet has the same value on every token.
/// </param>
public sealed record LabelledDocument(string Id, int[] Tokens, short[][] Labels)
{
    /// <summary>Whether the source gave <see cref="Id"/>; else it was made of the file's name and the line. Default true.</summary>
    public bool Named { get; init; } = true;

    /// <summary>Which text it is; null when that is not known.</summary>
    public TextIdentity? Text { get; init; }
}
