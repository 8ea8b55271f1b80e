using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Probe;

public sealed class ConllUProbeTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Documents_sentences_and_spaces_are_as_the_file_says()
    {
        var probe = Read(
            "# newdoc id = d1", "# sent_id = s1", "# text = Go home.", Word(1, "Go", "VERB"), Word(2, "home", "ADV", "SpaceAfter=No"), Word(3, ".", "PUNCT"), "",
            Word(1, "Now", "ADV", "SpaceAfter=No|X=y"), Word(2, "!", "PUNCT", "SpaceAfter=No"), "",
            Word(1, "Yes", "INTJ"), "",
            "# newpar", Word(1, "So", "ADV"), "", "",
            "# newdoc", Word(1, "New", "ADJ"));
        Assert.Equal(["d1", "probe.conllu:17"], probe.Documents.Select(d => d.Id));
        const string text = "Go home. Now!Yes\n\nSo";
        Assert.Equal(TextIdentity.Of(text), probe.Documents[0].Text);
        Assert.Equal(TextIdentity.Of("New"), probe.Documents[1].Text);
        Assert.Equal(["upos"], probe.Facets.Select(f => f.Name));
        Assert.Equal(
            ["Go /VERB", "hom/ADV", "e. /ADV", "Now/ADV", "!Ye/INTJ", "s\n\n/INTJ", "So/ADV"],
            ProbeReading.Labelled(probe, 0, "upos", PieceTokenizer.Pieces(text)));
    }

    [Fact]
    public void Without_marks_each_sentence_is_a_document_and_what_stands_before_the_first_mark_is_one()
    {
        var probe = Read("# sent_id = s1", Word(1, "a", "X"), "", Word(1, "b", "X"), "");
        Assert.Equal(["s1", "probe.conllu:4"], probe.Documents.Select(d => d.Id));
        probe = Read("# sent_id = s1", Word(1, "a", "X"), "", Word(1, "b", "X"), "", "# newdoc id = d", Word(1, "c", "X"));
        Assert.Equal(["probe.conllu:2", "d"], probe.Documents.Select(d => d.Id));
        Assert.Equal(TextIdentity.Of("a b"), probe.Documents[0].Text);
    }

    [Fact]
    public void Tokens_of_several_words_stand_in_the_text_and_empty_nodes_do_not()
    {
        var probe = Read(
            "# text = Don't go du loin",
            Range(1, 2, "Don't"), Word(1, "Do", "AUX"), Word(2, "n't", "PART"), Word(3, "go", "VERB"), "3.1\tnever\t_\tADV\t_\t_\t_\t_\t_\t_",
            Range(4, 5, "du"), Word(4, "de", "ADP"), Word(5, "le", "DET"), Word(6, "loin", "ADV"));
        Assert.Equal(
            ["D/AUX", "o/AUX", "n/PART", "'/PART", "t/PART", "g/VERB", "o/VERB", "d/", "u/", "l/ADV", "o/ADV", "i/ADV", "n/ADV"],
            ProbeReading.Labelled(ReadLetters(), 0, "upos", [.. "Don'tgoduloin".Select(c => $"{c}")]));
        Assert.Equal(TextIdentity.Of("Don't go du loin"), probe.Documents[0].Text);

        // Without # text, and with the words of the second token agreeing.
        probe = Read(Range(1, 2, "du", "SpaceAfter=No"), Word(1, "de", "X", "SpaceAfter=_"), Word(2, "le", "X"), Word(3, "!", "Y"));
        Assert.Equal(["du!/X"], ProbeReading.Labelled(probe, 0, "upos", ["du!"]));
    }

    [Fact]
    public void Upos_xpos_and_deprel_are_facets_and_a_facet_file_leaves_some_out()
    {
        string[] lines = [Word(1, "Ada", "PROPN").Replace("PROPN\t_", "PROPN\tNNP", StringComparison.Ordinal).Replace("\tdep\t", "\tnsubj:pass\t", StringComparison.Ordinal), Word(2, "is", "AUX")];
        Assert.Equal(["upos", "xpos", "deprel"], Read(lines, deprel: true).Facets.Select(f => f.Name));
        Assert.Equal(["dep", "nsubj:pass"], Read(lines, deprel: true).Facets[2].Categories);
        _folder.Write("probe.facets.json", """{"format":1,"facets":[{"name":"xpos","kind":"token","categories":["VBD","NNP"]}]}""");
        var probe = Read(lines, deprel: true);
        Assert.Equal([1, -1], probe.Documents[0].Labels[0]);
    }

    [Theory]
    [InlineData("1\ta\t_\tX", "4 columns separated by tabs, CoNLL-U has 10")]
    [InlineData("1 a _ X _ _ 0 _ _ _", "1 columns")]
    [InlineData("2\ta\t_\tX\t_\t_\t0\t_\t_\t_", "'2' is not the number of the next word, 1")]
    [InlineData("x\ta\t_\tX\t_\t_\t0\t_\t_\t_", "'x' is not the number")]
    [InlineData("1\t\t_\tX\t_\t_\t0\t_\t_\t_", "the form is empty")]
    [InlineData("1.1\ta\t_\tX\t_\t_\t0\t_\t_\t_", "'1.1' is no number of an empty node here")]
    [InlineData("1-2\ta\t_\tX\t_\t_\t0\t_\t_\t_", "ends before word 2")]
    [InlineData("2-1\ta\t_\tX\t_\t_\t0\t_\t_\t_", "'2-1' is not the number")]
    [InlineData("1-2147483647\ta\t_\tX\t_\t_\t0\t_\t_\t_", "ends before word 2147483647")]
    [InlineData("99999999999\ta\t_\tX\t_\t_\t0\t_\t_\t_", "is not the number")]
    public void A_wrong_line_is_named(string line, string problem)
    {
        var e = Assert.Throws<BadInputException>(() => Read(Word(1, "a", "X"), "", line));
        Assert.Equal("line 3", e.Place);
        Assert.Contains(problem, e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_does_not_hold_the_words_is_named()
    {
        Assert.Contains("line 2: 'b' is not what follows", "line 2: " + Assert.Throws<BadInputException>(() => Read("# text = a", Word(1, "b", "X"))).Problem, StringComparison.Ordinal);
        Assert.Contains("goes on after its last word", Assert.Throws<BadInputException>(() => Read("# text = a b", Word(1, "a", "X"))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_of_several_sentences_are_all_listed_and_broken_ranges_hurt_nothing()
    {
        var e = Assert.Throws<BadInputException>(() => Read(Range(1, 3, "abc"), Word(1, "a", "X"), "bad", Word(3, "c", "X"), "", Word(1, "a", "X"), Word(1, "b", "X")));
        Assert.Contains("line 3: 1 columns", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 4: '3' is not the number of the next word, 2", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 7: '1' is not the number of the next word, 2", e.Problem, StringComparison.Ordinal);
    }

    private static string Word(int number, string form, string upos, string misc = "_") => $"{number}\t{form}\t_\t{upos}\t_\t_\t0\tdep\t_\t{misc}";

    private static string Range(int first, int last, string form, string misc = "_") => $"{first}-{last}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{misc}";

    // Most tests look at one facet.
    private ProbeSet Read(params string[] lines) => Read(lines, deprel: false);

    private ProbeSet Read(string[] lines, bool deprel)
    {
        var text = string.Join("\r\n", lines);
        File.WriteAllText(_folder.Path("probe.conllu"), deprel ? text : text.Replace("\tdep\t", "\t_\t", StringComparison.Ordinal), new UTF8Encoding(true));
        return ProbeText.Read(_folder.Path("probe.conllu"), new PieceTokenizer());
    }

    private ProbeSet ReadLetters() => ProbeText.Read(_folder.Path("probe.conllu"), new LetterTokenizer());
}
