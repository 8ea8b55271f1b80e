using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Probe;

public sealed class JsonTextProbeTests : IDisposable
{
    private readonly TextFolder _folder = new();
    private readonly PieceTokenizer _tokenizer = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Facets_are_inferred_categories_in_ordinal_order()
    {
        var probe = Read(
            """{"id":"a","text":"abc def","spans":{"pos":[[0,3,"z"],[4,7,"b"]]},"genre":"prose","words":2}""",
            """{"text":"ghi","genre":null}""",
            """{"text":"jkl","genre":"lyric","year":{"a":[1]},"spans":{"pos":[[0,3,"a"]]}}""");
        Assert.Equal(["pos", "genre"], probe.Facets.Select(f => f.Name));
        Assert.Equal([FacetKind.Token, FacetKind.Document], probe.Facets.Select(f => f.Kind));
        Assert.Equal(["a", "b", "z"], probe.Facets[0].Categories);
        Assert.Equal(["lyric", "prose"], probe.Facets[1].Categories);
        Assert.Equal(["a", "probe.jsonl:2", "probe.jsonl:3"], probe.Documents.Select(d => d.Id));
        Assert.Equal([true, false, false], probe.Documents.Select(d => d.Named));
        Assert.Equal(["abc/z", " de/b", "f/b"], ProbeReading.Labelled(probe, 0, "pos", PieceTokenizer.Pieces("abc def")));
        Assert.Equal(["ghi/"], ProbeReading.Labelled(probe, 1, "pos", ["ghi"]));
        Assert.Equal([1, 1, 1], probe.Documents[0].Labels[1]);
        Assert.Equal([-1], probe.Documents[1].Labels[1]);
        Assert.Equal([0], probe.Documents[2].Labels[1]);
    }

    [Fact]
    public void Positions_are_code_points_as_in_python()
    {
        var probe = Read("""{"text":"🎉🎉 ab c","spans":{"x":[[0,1,"p"],[3,5,"q"]]}}""", """{"text":"e\u0301\u00e9z","spans":{"x":[[2,3,"p"],[3,4,"q"]]}}""");
        Assert.Equal(["🎉🎉/p", " ab/q", " c/"], ProbeReading.Labelled(probe, 0, "x", PieceTokenizer.Pieces("🎉🎉 ab c")));
        Assert.Equal(["e\u0301\u00e9/p", "z/q"], ProbeReading.Labelled(probe, 1, "x", PieceTokenizer.Pieces("e\u0301\u00e9z")));
    }

    [Theory]
    [InlineData("""[[0,3,"a"],[2,4,"a"]]""", "'spans.x[1]' is [2, 4), which overlaps the span ahead")]
    [InlineData("""[[2,4,"a"],[0,1,"a"]]""", "lies before the span ahead of it; order them")]
    [InlineData("""[[0,8,"a"]]""", "'spans.x[0]' is [0, 8), which is no part of the text's 7 characters")]
    [InlineData("""[[-1,3,"a"]]""", "no part of the text")]
    [InlineData("""[[3,3,"a"]]""", "no part of the text")]
    [InlineData("""[[3,2,"a"]]""", "no part of the text")]
    [InlineData("""[[0,3]]""", "is not [start, end, category]")]
    [InlineData("""[[0,3,"a",1]]""", "is not [start, end, category]")]
    [InlineData("""[[0,1.5,"a"]]""", "is not [start, end, category]")]
    [InlineData("""[[0,99999999999,"a"]]""", "is not [start, end, category]")]
    [InlineData("""[[0,3,null]]""", "is not [start, end, category]")]
    [InlineData("""[[0,3,""]]""", "is empty")]
    [InlineData("""[{"start":0}]""", "is not [start, end, category]")]
    [InlineData("\"a\"", "'spans.x' is not a list")]
    public void A_wrong_span_is_named(string spans, string problem)
    {
        var e = Assert.Throws<BadInputException>(() => Read("""{"text":"ab cd 🎉","spans":{"x":[[0,2,"a"]]}}""", """{"text":"ab cd 🎉","spans":{"x":""" + spans + "}}"));
        Assert.Equal("line 2", e.Place);
        Assert.Contains(problem, e.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text":3,"g":"a"}""", "'text' is not a string")]
    [InlineData("""{"text":"a","tokens":["a"],"g":"a"}""", "both 'text' and 'tokens'")]
    [InlineData("""{"text":"","g":"a"}""", "gives no token")]
    [InlineData("""{"text":"a","id":true,"g":"a"}""", "'id' is not a name")]
    [InlineData("""{"text":"a","spans":[],"g":"a"}""", "'spans' is not an object")]
    [InlineData("""{"text":"a","spans":{"text":[]},"g":"a"}""", "a facet called 'text'")]
    [InlineData("""{"text":"a","spans":{"g":[[0,1,"a"]]}}""", "'g' labels tokens here and documents on line 1")]
    [InlineData("""{"text":"a","g":5}""", "'g' is not a category or null, as it is on line 1")]
    [InlineData("""{"text":"a","g":""}""", "'g' is empty")]
    [InlineData("""{"text":"a","n":"five","g":"a"}""", "'n' is a name here and something else on line 1")]
    [InlineData("""{"text":"a","id":"one","g":"a"}""", "the document 'one' is on line 1 already")]
    [InlineData("""{"g":"a"}""", "'id' is not a name")]
    public void A_wrong_line_is_named(string line, string problem)
    {
        var e = Assert.Throws<BadInputException>(() => Read("""{"id":"one","text":"abc","g":"a","n":5}""", line));
        Assert.Equal("line 2", e.Place);
        Assert.Contains(problem, e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_facet_file_order_and_categories_are_its_and_other_keys_are_passed_over()
    {
        _folder.Write("probe.facets.json", """
            {"format":1,"facets":[{"name":"ner","kind":"token","categories":["z","a"]},{"name":"g","kind":"document","categories":["q","p"]}]}
            """);
        var probe = Read("""{"text":"abc","g":"p","url":"x","spans":{"ner":[[0,3,"a"]],"pos":[[0,3,"nn"]]}}""", """{"text":"def"}""");
        Assert.Equal(["ner", "g"], probe.Facets.Select(f => f.Name));
        Assert.Equal([1], probe.Documents[0].Labels[0]);
        Assert.Equal([1], probe.Documents[0].Labels[1]);
        Assert.Equal([-1], probe.Documents[1].Labels[1]);
        Assert.StartsWith("'g' is 'r', which is not a category", Assert.Throws<BadInputException>(() => Read("""{"text":"abc","g":"r"}""")).Problem, StringComparison.Ordinal);
        Assert.Contains("no document has the facet 'ner'", Assert.Throws<BadInputException>(() => Read("""{"text":"abc","g":"p"}""")).Problem, StringComparison.Ordinal);
        Assert.Contains("'ner' labels documents here and tokens by the facet file", Assert.Throws<BadInputException>(() => Read("""{"text":"abc","g":"p","ner":"a"}""")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_is_a_name_or_has_very_many_values_is_no_facet()
    {
        var e = Assert.Throws<BadInputException>(() => Read([.. Enumerable.Range(0, 20).Select(i => $$"""{"text":"abc","g":"{{i % 2}}","url":"u{{i}}"}""")]));
        Assert.Contains("'url' is different in each of 20 documents", e.Problem, StringComparison.Ordinal);
        Assert.Contains("probe.facets.json", e.Problem, StringComparison.Ordinal);
        Assert.Equal(2, Read([.. Enumerable.Range(0, 19).Select(i => $$"""{"text":"abc","g":"{{i % 2}}","url":"u{{i}}"}""")]).Facets.Count);
        e = Assert.Throws<BadInputException>(() => Read([.. Enumerable.Range(0, 4000).Select(i => $$"""{"text":"abc","g":"{{i / 2}}"}""")]));
        Assert.Contains("the facet 'g' has more than 1000 categories", e.Problem, StringComparison.Ordinal);
        e = Assert.Throws<BadInputException>(() => Read([.. Enumerable.Range(0, 300).Select(i => $$"""{"text":"abc","g{{i}}":"a"}""")]));
        Assert.Contains("more than 64 facets", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_labels_nothing_is_refused()
    {
        Assert.Contains("labels nothing", Assert.Throws<BadInputException>(() => Read("""{"text":"abc"}""")).Problem, StringComparison.Ordinal);
        Assert.Contains("'ner' labels nothing", Assert.Throws<BadInputException>(() => Read("""{"text":"abc","spans":{"ner":[]}}""")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_with_any_tokenizer_keep_their_labels_and_facets_may_be_inferred()
    {
        var probe = Read("""{"id":"d","tokens":["ab","cdef","g"],"genre":"x","pos":["n",null,"v"]}""", """{"id":"e","tokens":["h"],"genre":null,"pos":null,"n":3}""");
        Assert.Equal(["genre", "pos"], probe.Facets.Select(f => f.Name));
        Assert.Equal(["ab /n", "cde/", "f g/v"], ProbeReading.Labelled(probe, 0, "pos", PieceTokenizer.Pieces("ab cdef g")));
        Assert.Equal(["h/"], ProbeReading.Labelled(probe, 1, "pos", ["h"]));
    }

    [Fact]
    public void Packed_texts_have_the_same_tokens_and_right_line_numbers()
    {
        var plain = Read("""{"text":"abc","g":"p"}""");
        File.WriteAllBytes(_folder.Path("probe.jsonl.gz"), Packed.Bytes("\uFEFF{\"text\":\"abc\",\"g\":\"p\"}\r\n"));
        Assert.Equal(plain.Documents[0].Tokens, ProbeText.Read(_folder.Path("probe.jsonl.gz"), _tokenizer).Documents[0].Tokens);
        File.WriteAllBytes(_folder.Path("probe.jsonl.gz"), Packed.Bytes("{\"text\":\"abc\",\"g\":\"p\"}\n\n{\"text\":7}\n"));
        var e = Assert.Throws<BadInputException>(() => ProbeText.Read(_folder.Path("probe.jsonl.gz"), _tokenizer));
        Assert.Contains("line 2: empty line", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 3: 'text' is not a string", e.Problem, StringComparison.Ordinal);
    }

    private ProbeSet Read(params string[] lines) => ProbeText.Read(_folder.Write("probe.jsonl", lines), _tokenizer);
}
