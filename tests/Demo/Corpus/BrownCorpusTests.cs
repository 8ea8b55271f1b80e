using Emergence.Demo.Corpus;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Demo.Tests.Corpus;

public sealed class BrownCorpusTests : IDisposable
{
    private static readonly PreparationOptions s_small = new() { CorpusDocuments = 12, ProbeDocuments = 4, Tags = 3, VocabularySize = 8 };

    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-brown-").FullName;

    private string Corpus => Path.Combine(_folder, "corpus");

    private string Out => Path.Combine(_folder, "out", "texts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_texts_split_by_document_and_carry_their_labels()
    {
        MakeCorpus();
        var prepared = BrownCorpus.Prepare(Corpus, Out, 3, s_small);
        Assert.True(prepared.Written);
        Assert.Equal((4, 8), (prepared.ProbeDocuments, prepared.TrainingDocuments));
        Assert.Equal((4 * 9, 8 * 9), (prepared.ProbeTokens, prepared.TrainingTokens));

        var tokenizer = (WordTokenizer)TokenizerFile.Load(prepared.TokenizerPath);
        var probe = ProbeText.Read(prepared.ProbePath, tokenizer);
        var training = TrainingText.Read(prepared.TrainingPath, tokenizer);
        Assert.Equal(12, probe.Documents.Select(d => d.Id).Union(training.Select(d => d.Id)).Count());
        Assert.Equal(2, probe.Documents.Count(d => d.Id.StartsWith("ca", StringComparison.Ordinal)));
        Assert.Equal(15, probe.Facets[0].Categories.Count);

        // Two commas, two proper nouns and two articles in each document; the other tags occur once.
        Assert.Equal([",", "at", "np"], probe.Facets[1].Categories);
        Assert.Equal(["comma", "article", "proper noun"], probe.Facets[1].Descriptions);
        Assert.All(probe.Documents, d =>
        {
            Assert.All(d.Labels[0], label => Assert.Equal(d.Id[1] == 'a' ? 0 : 13, label));
            Assert.Equal([1, 2, -1, 0, -1, 1, 2, 0, -1], d.Labels[1]);
        });
    }

    [Fact]
    public void The_tokenizer_knows_no_word_of_the_probe_text_alone()
    {
        MakeCorpus();
        var prepared = BrownCorpus.Prepare(Corpus, Out, 3, s_small with { VocabularySize = 1000 });
        var tokenizer = (WordTokenizer)TokenizerFile.Load(prepared.TokenizerPath);
        var probe = ProbeText.Read(prepared.ProbePath, tokenizer);
        Assert.All(probe.Documents, d => Assert.Equal(tokenizer.UnknownId, tokenizer.Encode($"only-{d.Id}")));
        Assert.All(TrainingText.Read(prepared.TrainingPath, tokenizer), d => Assert.NotEqual(tokenizer.UnknownId, tokenizer.Encode($"only-{d.Id}")));
    }

    [Fact]
    public void Equal_input_gives_equal_bytes_and_another_seed_another_split()
    {
        MakeCorpus();
        BrownCorpus.Prepare(Corpus, Out, 3, s_small);
        var first = Bytes();
        Directory.Delete(Out, recursive: true);
        BrownCorpus.Prepare(Corpus, Out, 3, s_small);
        Assert.Equal(first, Bytes());
        Assert.True(BrownCorpus.Prepare(Corpus, Out, 4, s_small).Written);
        Assert.NotEqual(first, Bytes());
    }

    [Fact]
    public void What_is_there_and_whole_is_left_alone_even_without_the_corpus()
    {
        MakeCorpus();
        var prepared = BrownCorpus.Prepare(Corpus, Out, 3, s_small);
        var time = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(prepared.ProbePath, time);
        Assert.Equal(prepared with { Written = false }, BrownCorpus.Prepare(Corpus, Out, 3, s_small));
        Directory.Delete(Corpus, recursive: true);
        Assert.Equal(prepared with { Written = false }, BrownCorpus.Prepare(Corpus, Out, 3, s_small));
        Assert.Equal(time, File.GetLastWriteTimeUtc(prepared.ProbePath));
    }

    [Theory]
    [InlineData("probe.jsonl")]
    [InlineData("probe.facets.json")]
    [InlineData("train.jsonl")]
    [InlineData("tokenizer.json")]
    [InlineData("prepared.json")]
    public void A_damaged_or_missing_file_is_made_again(string name)
    {
        MakeCorpus();
        BrownCorpus.Prepare(Corpus, Out, 3, s_small);
        var before = Bytes();
        File.AppendAllText(Path.Combine(Out, name), "}");
        Assert.True(BrownCorpus.Prepare(Corpus, Out, 3, s_small).Written);
        Assert.Equal(before, Bytes());
        File.Delete(Path.Combine(Out, name));
        Assert.True(BrownCorpus.Prepare(Corpus, Out, 3, s_small).Written);
        Assert.Equal(before, Bytes());
    }

    [Fact]
    public void A_changed_corpus_or_option_makes_the_texts_again()
    {
        MakeCorpus();
        BrownCorpus.Prepare(Corpus, Out, 3, s_small);
        Assert.True(BrownCorpus.Prepare(Corpus, Out, 3, s_small with { Tags = 2 }).Written);
        File.AppendAllText(Path.Combine(Corpus, "ca01"), "more/ap\n");
        Assert.True(BrownCorpus.Prepare(Corpus, Out, 3, s_small with { Tags = 2 }).Written);
    }

    [Fact]
    public void A_missing_and_an_incomplete_corpus_are_refused_with_the_remedy()
    {
        var missing = Assert.Throws<BadInputException>(() => BrownCorpus.Prepare(Corpus, Out, 3, s_small));
        Assert.Contains("npm ci", missing.Remedy, StringComparison.Ordinal);
        MakeCorpus();
        File.Delete(Path.Combine(Corpus, "ca04"));
        var incomplete = Assert.Throws<BadInputException>(() => BrownCorpus.Prepare(Corpus, Out, 3, s_small));
        Assert.Contains("11 documents of the corpus; it has 12", incomplete.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_may_hold_slashes_and_every_bad_token_is_named_with_its_line()
    {
        Directory.CreateDirectory(Corpus);
        var path = Path.Combine(Corpus, "ca01");
        File.WriteAllText(path, "\n\t1-1/2/cd\tand/or/cc \r\n//nn\n");
        var document = BrownReader.Read(path);
        Assert.Equal(["1-1/2", "and/or", "/"], document.Words);
        Assert.Equal(["cd", "cc", "nn"], document.Tags);

        File.WriteAllText(path, "the/at\nword nn/ /at\n\nx/noun caf\u00e9/nn\n");
        var e = Assert.Throws<BadInputException>(() => BrownReader.Read(path));
        Assert.StartsWith("4 problems", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 2: 'word' is not a word, a slash and a tag", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 4: a character that is not printable ASCII", e.Problem, StringComparison.Ordinal);
    }

    private void MakeCorpus()
    {
        Directory.CreateDirectory(Corpus);
        File.WriteAllText(Path.Combine(Corpus, "README"), "no document of the corpus");
        foreach (var genre in "ap")
        {
            for (var n = 1; n <= 6; n++)
            {
                var id = $"c{genre}{n:00}";
                File.WriteAllText(Path.Combine(Corpus, id), $"\n\n\tThe/at-tl Fulton/np said/vbd ,/,\n\n\tonly-{id}/nn an/at Atlanta/np-hl ,/,-hl can't/md*\n");
            }
        }
    }

    private string Bytes() => string.Join('\n', Directory.GetFiles(Out).Order(StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)} {Convert.ToHexString(File.ReadAllBytes(path))}"));
}
