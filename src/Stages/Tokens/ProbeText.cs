using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads a probe text: JSONL, one document a line, its facets described by the facet file beside it (<see cref="FacetFile"/>).
/// <code>{"id":"ca01","tokens":["The","jury","said"],"genre":"press_reportage","pos":["at","nn",null]}</code>
/// Every line has <c>id</c> (unlike any other's), <c>tokens</c> (at least one word, none with white space) and each facet:
/// a category or null for a document facet; for a token facet a list of categories or nulls, one for each token.
/// </summary>
public static class ProbeText
{
    /// <summary>Reads and tokenises a probe text.</summary>
    /// <param name="path">The JSONL file; its facet file is <see cref="FacetFile.PathFor"/>.</param>
    /// <param name="tokenizer">Gives the words' tokens.</param>
    /// <returns>The probe set, documents in the file's order, facets in the facet file's.</returns>
    /// <exception cref="BadInputException">A file is missing or not what it claims to be; every problem is listed with its line.</exception>
    public static ProbeSet Read(string path, ITokenizer tokenizer)
    {
        var facets = FacetFile.Read(FacetFile.PathFor(path));
        return new ProbeSet(facets, LabelledText.Read(path, facets, tokenizer));
    }
}
