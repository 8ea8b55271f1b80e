using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Probe;

public sealed class ColumnsProbeTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Words_labels_sentences_and_documents_are_read()
    {
        var probe = Read("a.conll", null, "# columns: word pos ner", "-DOCSTART- -X- O", "", "Ada NNP B-per", "King NNP I-per", "", "ran VBD O", "", "-DOCSTART- -X- O", "", "to TO _");
        Assert.Equal(["pos", "ner"], probe.Facets.Select(f => f.Name));
        Assert.Equal(["a.conll:2", "a.conll:9"], probe.Documents.Select(d => d.Id));
        Assert.Equal(["Ada/per", " Ki/per", "ng /per", "ran/"], ProbeReading.Labelled(probe, 0, "ner", PieceTokenizer.Pieces("Ada King ran")));
        Assert.Equal(["Ada/NNP", " Ki/NNP", "ng /NNP", "ran/VBD"], ProbeReading.Labelled(probe, 0, "pos", PieceTokenizer.Pieces("Ada King ran")));
        Assert.Equal(["to/"], ProbeReading.Labelled(probe, 1, "ner", ["to"]));
    }

    [Fact]
    public void A_category_that_goes_on_is_one_span_and_one_that_begins_again_is_another()
    {
        // One token over all words: x has two characters in one span, and one in each of two.
        Assert.Equal(["a b cd/x"], ProbeReading.Labelled(Read("a.iob", "word,ner", 6, "a\tB-x", "b\tI-x", "cd\tB-y"), 0, "ner", ["a b cd"]));
        Assert.Equal(["a b cd/y"], ProbeReading.Labelled(Read("b.iob", "word,ner", 6, "a\tB-x", "b\tB-x", "cd\tB-y"), 0, "ner", ["a b cd"]));
        Assert.Equal(["a b cd/y"], ProbeReading.Labelled(Read("c.iob", "word,ner", 6, "a\tI-x", "b\tI-z", "cd\tI-y"), 0, "ner", ["a b cd"]));
    }

    [Fact]
    public void The_setting_names_the_columns_and_those_called_underscore_are_passed_over()
    {
        var probe = Read("a.tsv", "_,word,ner", "# columns: word x y", "1\tNew York\tB-place", "2\t#tag\tO", "", "# newdoc id = second", "1\tx\tB-place");
        Assert.Equal(["ner"], probe.Facets.Select(f => f.Name));
        Assert.Equal(["a.tsv:2", "second"], probe.Documents.Select(d => d.Id));
        Assert.Equal(TextIdentity.Of("New York #tag"), probe.Documents[0].Text);
    }

    [Fact]
    public void Without_marks_each_sentence_is_a_document_and_a_number_sign_may_be_a_word()
    {
        var probe = Read("a.conll", "word,pos", "# sent 1", "a X", "", "# Y", "b X", "", "#b Y");
        Assert.Equal(["a.conll:2", "a.conll:4", "a.conll:7"], probe.Documents.Select(d => d.Id));
        Assert.Equal(TextIdentity.Of("# b"), probe.Documents[1].Text);
    }

    [Fact]
    public void Problems_are_listed_with_their_lines()
    {
        var e = Assert.Throws<BadInputException>(() => Read("a.tsv", "word,ner", "a\tB-x", "b", "", "\tO", "c\t\tO", "d\t"));
        Assert.StartsWith("4 problems", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 2: 1 columns, 2 are named (word ner)", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 4: the word is empty", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 5: 3 columns", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 6: 'ner' is empty", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_nothing_or_something_wrong_names_are_refused()
    {
        Assert.Contains("--probe-columns", Assert.Throws<BadInputException>(() => Read("a.conll", null, "a X")).Remedy, StringComparison.Ordinal);
        Assert.Contains("exactly one column is called 'word'", Assert.Throws<BadInputException>(() => Read("a.conll", null, "# columns: pos ner", "a X")).Problem, StringComparison.Ordinal);
        Assert.Equal("two columns are called 'a'", ProbeColumns.Problem("word,a,a"));
        Assert.Equal("a facet cannot be called 'text'", ProbeColumns.Problem("word,text"));
        Assert.NotNull(ProbeColumns.Problem(""));
        Assert.Null(ProbeColumns.Problem("_,word,_ pos"));
    }

    [Fact]
    public void A_line_that_is_too_long_or_no_utf8_is_named()
    {
        Assert.Contains("longer than 1048576 bytes", Assert.Throws<BadInputException>(() => Read("a.tsv", "word,ner", "a\tB-x", new string('x', 1 << 21))).Problem, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.Path("b.tsv"), [.. "a\tB-x\n"u8, 0xFF, .. "\tO\n"u8]);
        var e = Assert.Throws<BadInputException>(() => ProbeText.Read(_folder.Path("b.tsv"), new PieceTokenizer(), "word,ner"));
        Assert.Equal(("line 2", "the text is not valid UTF-8"), (e.Place, e.Problem));
    }

    private ProbeSet Read(string name, string? columns, params string[] lines) => Read(name, columns, 3, lines);

    private ProbeSet Read(string name, string? columns, int size, params string[] lines) =>
        ProbeText.Read(_folder.Write(name, lines), new PieceTokenizer(size), columns);
}
