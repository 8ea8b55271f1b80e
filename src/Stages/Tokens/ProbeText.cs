using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;
using Emergence.Stages.Tokens.Probe;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads a probe text, the format by the ending of its name (each also packed, <c>.gz</c>); data/README.md describes them:
/// JSON lines with <c>text</c>, facets and <c>spans</c>, or with words (<c>tokens</c>); CoNLL-U; a word a line with labels in columns.
/// <code>{"id":"ca01","text":"The jury said","genre":"press_reportage","spans":{"pos":[[0,3,"at"],[4,8,"nn"]]}}</code>
/// A facet file beside it (<see cref="FacetFile"/>) says which facets count and what their categories are; without one they are
/// taken from the text, categories in ordinal order.
/// </summary>
public static class ProbeText
{
    /// <summary>Reads and tokenises a probe text.</summary>
    /// <param name="path">The file; its facet file is <see cref="FacetFile.PathFor"/>.</param>
    /// <param name="tokenizer">Gives the tokens.</param>
    /// <param name="columns">Names of the columns where the file is of columns (<see cref="ProbeColumns"/>); null when it says them itself.</param>
    /// <returns>The probe set, documents in the file's order, facets in the facet file's or as the text first names them.</returns>
    /// <exception cref="BadInputException">A file is missing or not what it claims to be; every problem is listed with its line.</exception>
    public static ProbeSet Read(string path, ITokenizer tokenizer, string? columns = null)
    {
        var name = TextName.Of(path);
        var problems = new InputProblems(path, "Correct the text; data/README.md shows its formats");
        using var stream = TextFile.Open(path, name.Packed);
        var facetPath = FacetFile.PathFor(path);
        var facets = new FacetTable(File.Exists(facetPath) ? FacetFile.Read(facetPath) : null, problems);
        var builder = new ProbeBuilder(path, facets, tokenizer, problems);
        switch (name.Format)
        {
            case TextFormat.JsonLines:
                new JsonProbe(builder).Read(stream);
                break;
            case TextFormat.ConllU:
                new ConllUProbe(builder).Read(stream);
                break;
            case TextFormat.Columns:
                new ColumnsProbe(builder, path, tabs: name.Ending == ".tsv", columns).Read(stream);
                break;
            default:
                throw new BadInputException(path, "", $"the ending '{name.Ending}' is no format of a probe text", "Name a file of .jsonl, .ndjson, .json, .conllu, .conll, .tsv or .iob (each also as .gz)");
        }

        return builder.Finish(facetPath);
    }
}
