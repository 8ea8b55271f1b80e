using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class FacetFileTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Facets_written_are_read_as_they_were()
    {
        Facet[] facets = [new("genre", FacetKind.Document, ["a", "b"]), new("pos", FacetKind.Token, ["``", "md"]) { Descriptions = ["quote", "modal"] }];
        FacetFile.Write(_folder.Path("f.json"), facets);
        var read = FacetFile.Read(_folder.Path("f.json"));
        Assert.Equal(facets.Select(f => (f.Name, f.Kind)), read.Select(f => (f.Name, f.Kind)));
        Assert.Equal(facets.SelectMany(f => f.Categories), read.SelectMany(f => f.Categories));
        Assert.Empty(read[0].Descriptions);
        Assert.Equal(["quote", "modal"], read[1].Descriptions);
    }

    [Fact]
    public void The_facet_file_lies_beside_its_text() =>
        Assert.Equal(Path.Combine("x", "mine.facets.json"), FacetFile.PathFor(Path.Combine("x", "mine.jsonl")));

    [Theory]
    [InlineData("""{"facets":[]}""", "\"format\": 1")]
    [InlineData("""{"format":2,"facets":[{"name":"a","kind":"token","categories":["x"]}]}""", "\"format\": 1")]
    [InlineData("""{"format":1,"facets":[]}""", "at least one facet")]
    [InlineData("""{"format":1,"facets":[{"name":"tokens","kind":"token","categories":["x"]}]}""", "a name other than")]
    [InlineData("""{"format":1,"facets":[{"name":"a","kind":"word","categories":["x"]}]}""", "\"document\" or \"token\"")]
    [InlineData("""{"format":1,"facets":[{"name":"a","kind":"token","categories":["x","x"]}]}""", "different names")]
    [InlineData("""{"format":1,"facets":[{"name":"a","kind":"token","categories":[]}]}""", "different names")]
    [InlineData("""{"format":1,"facets":[{"name":"a","kind":"token","categories":[1]}]}""", "list of strings")]
    [InlineData("""{"format":1,"facets":[{"name":"a","kind":"token","categories":["x"],"descriptions":["p","q"]}]}""", "2 descriptions of 1")]
    [InlineData("""{"format":1,"facets":[{"name":"a","kind":"token","categories":["x"]},{"name":"a","kind":"token","categories":["x"]}]}""", "described twice")]
    [InlineData("""{"format":1,"colour":1,"facets":[{"name":"a","kind":"token","categories":["x"],"shape":2}]}""", "unknown key")]
    [InlineData("""{"format":1,"facets":[3]}""", "an object is expected, not a number")]
    [InlineData("""{"format":1,""", "not JSON")]
    public void A_bad_description_is_refused_with_its_problem(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<BadInputException>(() => FacetFile.Read(_folder.Write("f.json", text))).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_missing_description_says_how_to_mend_it()
    {
        var e = Assert.Throws<BadInputException>(() => FacetFile.Read(_folder.Path("f.json")));
        Assert.Contains("data/README.md", e.Remedy, StringComparison.Ordinal);
    }
}
