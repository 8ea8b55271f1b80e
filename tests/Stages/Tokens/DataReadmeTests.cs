using System.Globalization;
using System.Text.RegularExpressions;
using Emergence.Stages.Tests.Tokens.Probe;
using Emergence.Stages.Tests.Tokens.Training;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Training;
using Emergence.TestKit;

namespace Emergence.Stages.Tests.Tokens;

/// <summary>Every example in data/README.md is what the program reads, under the name that it has there.</summary>
public sealed partial class DataReadmeTests : IDisposable
{
    private static readonly string[] s_training = ["austen.txt", "corpus.jsonl", "words.jsonl", "train.bin", "train.npy"];
    private static readonly string[] s_probe = ["probe.jsonl", "probe-words.jsonl", "probe.conllu", "probe.conll"];

    private readonly TextFolder _folder = new();
    private readonly Dictionary<string, string> _examples;

    public DataReadmeTests()
    {
        var readme = File.ReadAllText(Path.Combine(ProductRoot.Find(), "data", "README.md"));
        _examples = Fence().Matches(readme).ToDictionary(m => m.Groups[2].Value, m => m.Groups[3].Value);
        var programs = readme.Split("\n```python").Length - 1;
        Assert.Equal(readme.Split("\n```").Length - 1, 2 * (_examples.Count + programs));
        foreach (var (name, content) in _examples)
        {
            File.WriteAllBytes(_folder.Path(name), name.EndsWith(".bin", StringComparison.Ordinal) || name.EndsWith(".npy", StringComparison.Ordinal)
                ? [.. content.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(b => byte.Parse(b, NumberStyles.HexNumber))]
                : System.Text.Encoding.UTF8.GetBytes(content));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_example_is_of_a_test() =>
        Assert.Equal(new[] { "probe.facets.json" }.Concat(s_training).Concat(s_probe).Order(StringComparer.Ordinal), _examples.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Training_texts_are_read()
    {
        var documents = s_training.ToDictionary(n => n, n =>
        {
            using var corpus = TrainingCorpus.Open([_folder.Path(n)], new LetterTokenizer(), 50_000);
            return TrainingCorpusTests.Documents(corpus);
        });
        Assert.Single(documents["austen.txt"]);
        Assert.Equal(2, documents["corpus.jsonl"].Length);
        Assert.Equal("Austin,Texas".Select(c => (int)c), Assert.Single(documents["words.jsonl"]));
        Assert.Equal([5, 258, 3], Assert.Single(documents["train.bin"]));
        Assert.Equal([[5, 258], [3, 4]], documents["train.npy"]);
    }

    [Fact]
    public void The_probe_text_in_json_lines_has_the_labels_that_are_said_of_it()
    {
        File.Delete(_folder.Path("probe.facets.json"));
        var probe = ProbeText.Read(_folder.Path("probe.jsonl"), new PieceTokenizer());
        Assert.Equal(["genre", "ner", "pos"], probe.Facets.Select(f => f.Name));
        Assert.Equal(
            ["🎉 /", "Ada/person", " Lo/person", "vel/person", "ace/person", " wa/", "s b/", "orn/", " in/", " Lo/place", "ndo/place", "n./place"],
            ProbeReading.Labelled(probe, 0, "ner", PieceTokenizer.Pieces("🎉 Ada Lovelace was born in London.")));
        Assert.Equal(["Babbage"], Surface("She wrote to Babbage.", ProbeText.Read(_folder.Path("probe.jsonl"), new LetterTokenizer()), 1, "ner"));
    }

    [Fact]
    public void With_its_facet_file_the_probe_text_has_the_facets_of_that()
    {
        var probe = ProbeText.Read(_folder.Path("probe.jsonl"), new PieceTokenizer());
        Assert.Equal(["genre", "ner"], probe.Facets.Select(f => f.Name));
        Assert.Equal(["place", "person"], probe.Facets[1].Categories);
        Assert.Equal("a person's name", probe.Facets[1].Descriptions[1]);
    }

    [Fact]
    public void Words_conllu_and_columns_are_read()
    {
        File.Delete(_folder.Path("probe.facets.json"));
        var words = ProbeText.Read(_folder.Path("probe-words.jsonl"), new LetterTokenizer());
        Assert.Equal(["jury"], Surface("The jury said", words, 0, "pos", "nn"));
        var conllu = ProbeText.Read(_folder.Path("probe.conllu"), new LetterTokenizer());
        Assert.Equal(["letter-1", "letter-2"], conllu.Documents.Select(d => d.Id));
        Assert.Equal(["upos", "xpos", "deprel"], conllu.Facets.Select(f => f.Name));
        Assert.Equal(TextIdentity.Of("Don't go, Ada."), conllu.Documents[0].Text);
        Assert.Equal(TextIdentity.Of("Stay!"), conllu.Documents[1].Text);
        Assert.Equal(["n't"], Surface("Don't go, Ada.", conllu, 0, "upos", "PART"));
        var columns = ProbeText.Read(_folder.Path("probe.conll"), new LetterTokenizer());
        Assert.Equal(2, columns.Documents.Count);
        Assert.Equal(["AdaLovelace"], Surface("Ada Lovelace wrote", columns, 0, "ner", "person"));
        Assert.Equal(["London"], Surface("London", columns, 1, "ner"));
    }

    // The characters that carry the facet's label (or that one), joined where they follow each other, white space aside.
    private static string[] Surface(string text, ProbeSet probe, int document, string facet, string? category = null)
    {
        var letters = text.Where(c => !char.IsWhiteSpace(c)).ToArray();
        var f = probe.Facets.ToList().FindIndex(x => x.Name == facet);
        var labels = probe.Documents[document].Labels[f];
        Assert.Equal(letters.Length, labels.Length);
        var marked = new string([.. letters.Select((c, i) => labels[i] >= 0 && (category is null || probe.Facets[f].Categories[labels[i]] == category) ? c : ' ')]);
        return marked.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("^```(\\w+) (\\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
