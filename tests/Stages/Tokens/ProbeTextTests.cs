using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class ProbeTextTests : IDisposable
{
    private const string FacetJson = """
        {"format":1,"facets":[{"name":"genre","kind":"document","categories":["news","lore"]},
         {"name":"pos","kind":"token","categories":["at","nn"],"descriptions":["article","noun"]}]}
        """;

    private readonly TextFolder _folder = new();
    private readonly WordTokenizer _tokenizer = WordTokenizer.Build(["the", "the", "jury"], 10);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_probe_text_becomes_a_probe_set()
    {
        var probe = Read(
            """{"id":"d1","tokens":["The","jury","said"],"genre":"lore","pos":["at","nn",null]}""",
            """{"pos":[null],"genre":null,"tokens":["The"],"id":"d2"}""");
        Assert.Equal(["genre", "pos"], probe.Facets.Select(f => f.Name));
        Assert.Equal([FacetKind.Document, FacetKind.Token], probe.Facets.Select(f => f.Kind));
        Assert.Equal(["article", "noun"], probe.Facets[1].Descriptions);
        Assert.Equal(["d1", "d2"], probe.Documents.Select(d => d.Id));
        Assert.Equal([1, 2, 0], probe.Documents[0].Tokens);
        Assert.Equal([1, 1, 1], probe.Documents[0].Labels[0]);
        Assert.Equal([0, 1, -1], probe.Documents[0].Labels[1]);
        Assert.Equal([-1], probe.Documents[1].Labels[0]);
        Assert.Equal([0, 3, 4], probe.FirstToken);
    }

    [Theory]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"news"}""", "'pos' is missing")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"news","pos":["at","nn"]}""", "2 labels for 1 tokens")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"news","pos":"at"}""", "not a list of labels")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"poetry","pos":[null]}""", "'poetry', which is not a category")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"news","pos":["vb"]}""", "'pos[0]' is 'vb'")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":3,"pos":[null]}""", "not a category or null")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"news","pos":[null],"more":1}""", "unknown key 'more'")]
    [InlineData("""{"id":"d","id":"e","tokens":["a"],"genre":"news","pos":[null]}""", "not JSON")]
    [InlineData("""{"id":"","tokens":["a"],"genre":"news","pos":[null]}""", "'id' is not a name")]
    [InlineData("""{"tokens":["a"],"genre":"news","pos":[null]}""", "'id' is not a name")]
    [InlineData("""{"id":"d","tokens":[],"genre":"news","pos":[]}""", "at least one word")]
    [InlineData("""{"id":"d","tokens":["a b"],"genre":"news","pos":[null]}""", "tokens[0] is not a word")]
    [InlineData("""{"id":"d","tokens":[""],"genre":"news","pos":[null]}""", "tokens[0] is not a word")]
    [InlineData("""{"id":"d","tokens":["\ud83d"],"genre":"news","pos":[null]}""", "no Unicode text")]
    [InlineData("""{"id":"d","tokens":["a"],"genre":"news","pos":[null]} {}""", "not JSON at byte")]
    [InlineData("""["d"]""", "a JSON object is expected, not a list")]
    [InlineData("", "empty line")]
    public void A_bad_line_is_named(string line, string problem)
    {
        var e = Assert.Throws<BadInputException>(() => Read("""{"id":"ok","tokens":["a"],"genre":"news","pos":[null]}""", line));
        Assert.Equal("line 2", e.Place);
        Assert.Contains(problem, e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_listed_with_its_line()
    {
        var e = Assert.Throws<BadInputException>(() => Read(
            """{"id":"d1","tokens":["a"],"genre":"poetry","pos":[]}""",
            """{"id":"d2","tokens":["a"],"genre":"news","pos":[null]}""",
            "nonsense",
            """{"id":"d2","tokens":["a"],"genre":"news","pos":[null]}"""));
        Assert.StartsWith("4 problems", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 1: 'genre' is 'poetry'", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 1: 'pos' has 0 labels", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 3: not JSON", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 4: the document 'd2' is on line 2 already", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Beyond_twenty_problems_the_rest_is_counted()
    {
        var e = Assert.Throws<BadInputException>(() => Read(Enumerable.Repeat("x", 25).ToArray()));
        Assert.Contains("line 20: ", e.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("line 21: ", e.Problem, StringComparison.Ordinal);
        Assert.EndsWith("and 5 more", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_and_a_byte_order_mark_is_passed_over()
    {
        Write();
        File.WriteAllBytes(_folder.Path("probe.jsonl"), [.. "\uFEFF{\"id\":\"d\",\"tokens\":[\"a\"],\"genre\":\"news\",\"pos\":[null]}\n"u8, 0x22, 0xC3, 0x28, 0x22]);
        var e = Assert.Throws<BadInputException>(() => ProbeText.Read(_folder.Path("probe.jsonl"), _tokenizer));
        Assert.Equal("line 2", e.Place);
        Assert.Contains("not JSON: the text is not valid UTF-8", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_the_buffer_and_a_last_line_without_an_end_are_read()
    {
        Write();
        var words = string.Join(',', Enumerable.Repeat("\"jury\"", 50_000));
        var labels = string.Join(',', Enumerable.Repeat("\"nn\"", 50_000));
        var text = string.Concat(Enumerable.Range(0, 3).Select(i => $"{{\"id\":\"d{i}\",\"tokens\":[{words}],\"genre\":\"news\",\"pos\":[{labels}]}}\n")).TrimEnd();
        File.WriteAllText(_folder.Path("probe.jsonl"), text, new UTF8Encoding(false));
        Assert.Equal(150_000, ProbeText.Read(_folder.Path("probe.jsonl"), _tokenizer).TokenCount);
    }

    [Fact]
    public void An_empty_and_a_missing_text_are_refused()
    {
        Assert.Contains("no document", Assert.Throws<BadInputException>(() => Read()).Problem, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<BadInputException>(() => TrainingText.Read(_folder.Path("none.jsonl"), _tokenizer)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_text_has_ids_and_tokens_only()
    {
        var good = _folder.Write("train.jsonl", """{"id":"t1","tokens":["the","jury"]}""", """{"id":"t2","tokens":["x"]}""");
        var documents = TrainingText.Read(good, _tokenizer);
        Assert.Equal(["t1", "t2"], documents.Select(d => d.Id));
        Assert.Equal([1, 2], documents[0].Tokens);
        var bad = _folder.Write("bad.jsonl", """{"id":"t1","tokens":["the"],"genre":"news"}""");
        Assert.Contains("unknown key 'genre'", Assert.Throws<BadInputException>(() => TrainingText.Read(bad, _tokenizer)).Problem, StringComparison.Ordinal);
    }

    private void Write(params string[] lines)
    {
        _folder.Write("probe.facets.json", FacetJson);
        _folder.Write("probe.jsonl", lines);
    }

    private ProbeSet Read(params string[] lines)
    {
        Write(lines);
        return ProbeText.Read(_folder.Path("probe.jsonl"), _tokenizer);
    }
}
