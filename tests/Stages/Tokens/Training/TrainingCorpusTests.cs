using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Stages.Tests.Tokens.Training;

public sealed class TrainingCorpusTests : IDisposable
{
    private readonly TextFolder _folder = new();
    private readonly PieceTokenizer _tokenizer = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_form_of_the_same_documents_gives_the_same_tokens_and_the_same_hash()
    {
        string[] texts = ["The jury said\nit is so. 🎉", "Committee approval \u00e9"];
        var jsonl = _folder.Write("a.jsonl", [.. texts.Select(t => "{\"text\":" + System.Text.Json.JsonSerializer.Serialize(t) + ",\"meta\":{\"n\":[1,2]}}")]);
        var files = Directory.CreateDirectory(_folder.Path("files")).FullName;
        File.WriteAllText(Path.Combine(files, "b.txt"), texts[1]);
        File.WriteAllText(Path.Combine(files, "a.md"), "\uFEFF" + texts[0]);
        File.WriteAllText(Path.Combine(files, ".hidden.txt"), "no");
        File.WriteAllText(Path.Combine(files, "a.parquet"), "no");
        File.WriteAllBytes(_folder.Path("z.jsonl.gz"), Packed.Bytes(File.ReadAllText(jsonl)));
        File.WriteAllBytes(_folder.Path("a.txt.gz"), Packed.Bytes(texts[0]));
        File.WriteAllBytes(_folder.Path("b.text"), Encoding.UTF8.GetBytes(texts[1]));
        var expected = texts.Select(Encode).ToArray();
        var hashes = new[] { [jsonl], [files], [_folder.Path("z.jsonl.gz")], new[] { _folder.Path("a.txt.gz"), _folder.Path("b.text") } }.Select(paths =>
        {
            using var corpus = Open(paths);
            Assert.Equal(expected, Documents(corpus));
            return corpus.Hash;
        }).Distinct();
        Assert.Matches("^[0-9a-f]{64}$", Assert.Single(hashes));
    }

    [Fact]
    public void Words_in_json_lines_are_joined_by_single_spaces_and_give_the_stream_of_before()
    {
        var lines = Enumerable.Range(0, 9).Select(d => $$"""{"id":"d{{d}}","tokens":[{{string.Join(',', Enumerable.Range(0, 5 + d).Select(w => $"\"w{(d * w) % 7}\""))}}]}""").ToArray();
        var path = _folder.Write("words.jsonl", lines);
        using var pieces = Open(path);
        Assert.Equal(Encode(string.Join(' ', Enumerable.Range(0, 5).Select(w => "w0"))), Documents(pieces)[0]);

        var words = WordTokenizer.Build(Enumerable.Range(0, 7).Select(w => $"w{w}"), 9);
        using var corpus = TrainingCorpus.Open([path], words, words.VocabularySize);
        using var stream = new TrainingStream(corpus.Documents, 4);
        using var before = new TrainingStream(TrainingText.Read(path, words), 4);
        foreach (var (batch, other) in stream.Batches(3, 8, count: 40).Zip(before.Batches(3, 8, count: 40)))
        {
            Assert.Equal(other.Tokens, batch.Tokens);
            Assert.Equal(other.Rows, batch.Rows);
        }

        Assert.Equal(before.TokenCount, stream.TokenCount);
    }

    [Fact]
    public void The_hash_changes_with_the_text_the_order_and_where_documents_end()
    {
        string[][] corpora = [["a b", "c"], ["a", "b c"], ["c", "a b"], ["a b", "d"], ["a b", "c", ""]];
        Assert.Equal(corpora.Length, corpora.Select((texts, i) =>
        {
            using var corpus = Open(_folder.Write($"{i}.jsonl", [.. texts.Select(t => $$"""{"text":"{{t}}"}""")]));
            return corpus.Hash;
        }).Distinct().Count());
    }

    [Fact]
    public void Only_the_documents_that_the_stream_comes_to_are_tokenised_and_each_once()
    {
        var counting = new CountingTokenizer(_tokenizer);
        using var corpus = TrainingCorpus.Open([_folder.Write("a.jsonl", [.. Enumerable.Range(0, 100).Select(i => $$"""{"text":"{{new string('x', 30)}}"}""")])], counting, 1000);
        Assert.Equal(0, counting.Calls);
        using var stream = new TrainingStream(corpus.Documents, 1);
        for (var checkpoint = 0; checkpoint < 3; checkpoint++)
        {
            Assert.Equal(5, stream.Batches(2, 10, count: 5).Count());
            Assert.InRange(counting.Calls, 10, 11);
        }

        Assert.Equal(1000, stream.TokenCount);
        Assert.Equal(100, counting.Calls);
        Assert.Equal(20, stream.Read(2500, 2, 10).TokenCount);
        Assert.Equal(100, counting.Calls);
    }

    [Fact]
    public void Documents_without_tokens_are_passed_over_also_across_passes()
    {
        using var corpus = Open(_folder.Write("a.jsonl", """{"text":""}""", """{"text":"abcdef"}""", """{"text":""}""", """{"text":"ghi"}""", """{"text":""}"""));
        using var stream = new TrainingStream(corpus.Documents, 1);
        Assert.True(stream.HasTokens);
        var tokens = stream.Read(0, 1, 30).Tokens;
        Assert.Equal(3, stream.TokenCount);
        Assert.All(Enumerable.Range(0, 10), pass => Assert.Equal(tokens[..3].Order(), tokens[(3 * pass)..((3 * pass) + 3)].Order()));
        Assert.Equal(tokens[17..22], stream.Read(17, 1, 5).Tokens);
        using var none = Open(_folder.Write("b.jsonl", """{"text":""}"""));
        using var empty = new TrainingStream(none.Documents, 1);
        Assert.False(empty.HasTokens);
        Assert.Throws<InvalidOperationException>(() => empty.Read(0, 1, 1));
    }

    [Fact]
    public void A_long_plain_text_becomes_documents_of_at_most_a_mebibyte_that_end_with_lines()
    {
        var text = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"line number {i} of the text\n"));
        var path = _folder.Path("long.txt");
        File.WriteAllText(path, text);
        File.WriteAllBytes(path + ".gz", Packed.Bytes(text));
        using var plain = Open(path);
        Assert.Equal((text.Length + (1 << 20) - 1) >> 20, plain.Documents.Count);
        using var packed = Open(path + ".gz");
        Assert.Equal(plain.Hash, packed.Hash);
        Assert.Equal(Documents(plain), Documents(packed));
    }

    [Fact]
    public void Every_problem_of_every_line_is_listed()
    {
        var e = Assert.Throws<BadInputException>(() => Open(_folder.Write(
            "a.jsonl",
            """{"text":"fine","text2":{"text":"not this one"}}""",
            """{"text":3}""",
            "",
            """{"id":"x"}""",
            """{"text":"a","text":"b"}""",
            """{"text":"a","tokens":["b"]}""",
            """{"text":"\ud83d"}""",
            """{"text":"a","id":""}""",
            """{"id":"w","tokens":["a b"],"genre":"news"}""",
            """{"tokens":["a"]}""",
            """[1]""",
            """{"text":"a"} x""",
            """{"text":"a" """,
            """{"id":"w1","tokens":["a"]}""",
            """{"id":"w1","tokens":["a"]}""")));
        Assert.StartsWith("14 problems", e.Problem, StringComparison.Ordinal);
        foreach (var expected in new[]
        {
            "line 2: 'text' is not a string", "line 3: empty line", "line 4: there is neither 'text' nor 'tokens'", "line 5: 'text' stands there twice",
            "line 6: it has both", "line 7: not JSON: a string holds an escaped character", "line 8: 'id' is not a name", "line 9: unknown key 'genre'",
            "line 9: tokens[0] is not a word", "line 10: 'id' is not a name", "line 11: a JSON object is expected, not a list", "line 12: not JSON at byte 13",
            "line 13: not JSON at byte", "line 15: the document 'w1' is on line 14 already",
        })
        {
            Assert.Contains(expected, e.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Problems_of_several_files_and_of_packed_ones_have_the_files_name_and_line()
    {
        var folder = Directory.CreateDirectory(_folder.Path("corpus")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "a.jsonl.gz"), Packed.Bytes("{\"text\":\"a\"}\n{\"text\":1}\n"));
        File.WriteAllBytes(Path.Combine(folder, "b.txt"), [.. "one\ntwo "u8, 0xFF, (byte)'\n']);
        var e = Assert.Throws<BadInputException>(() => Open(folder));
        Assert.Equal(folder, e.File);
        Assert.Contains("a.jsonl.gz line 2: 'text' is not a string", e.Problem, StringComparison.Ordinal);
        Assert.Contains("b.txt line 2: the text is not valid UTF-8", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_measured_is_refused_by_name_and_by_text()
    {
        var probe = _folder.Write("probe.jsonl", """{"id":"p","text":" The jury said.\n","g":"a"}""", """{"text":"another","g":"b"}""");
        var measured = new MeasuredDocuments(ProbeText.Read(probe, _tokenizer));
        var e = Assert.Throws<BadInputException>(() => TrainingCorpus.Open(
            [_folder.Write("t.jsonl", """{"text":"x","id":"p"}""", """{"text":"The jury said."}""", """{"text":"x","id":"probe.jsonl:2"}""", """{"id":"w","tokens":["another"]}""")], _tokenizer, 1000, measured: measured));
        Assert.StartsWith("3 problems", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 1: the document 'p' is also in the probe set", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 2: a document of the same text", e.Problem, StringComparison.Ordinal);
        Assert.Contains("line 4: a document of the same text", e.Problem, StringComparison.Ordinal);
        File.WriteAllText(_folder.Path("t.txt"), "The jury said.\r\n");
        Assert.Contains("same text", Assert.Throws<BadInputException>(() => TrainingCorpus.Open([_folder.Path("t.txt")], _tokenizer, 1000, measured: measured)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_changes_after_the_start_is_an_error_and_not_another_text()
    {
        foreach (var name in new[] { "a.txt", "a.jsonl" })
        {
            var path = _folder.Write(name, """{"text":"before"}""");
            using var corpus = Open(path);
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
            Assert.Contains("changed", Assert.Throws<BadInputException>(() => corpus.Documents.LengthOf(0)).Problem, StringComparison.Ordinal);
            File.Delete(path);
            Assert.Contains("cannot be read any more", Assert.Throws<BadInputException>(() => corpus.Documents.LengthOf(0)).Problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.pdf", "does not say what it is")]
    [InlineData("a.conllu", "format of probe texts")]
    [InlineData("a.bin.gz", "packed token ids")]
    [InlineData("none.txt", "no such file")]
    public void Files_of_other_formats_are_refused(string name, string problem)
    {
        if (name != "none.txt")
        {
            File.WriteAllText(_folder.Path(name), "x");
        }

        Assert.Contains(problem, Assert.Throws<BadInputException>(() => Open(_folder.Path(name))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_without_documents_are_refused()
    {
        Assert.Contains("no document", Assert.Throws<BadInputException>(() => Open(_folder.Write("a.jsonl"))).Problem, StringComparison.Ordinal);
        Assert.Contains("no document", Assert.Throws<BadInputException>(() => Open(_folder.Write("a.txt"))).Problem, StringComparison.Ordinal);
        var empty = Directory.CreateDirectory(_folder.Path("empty")).FullName;
        Assert.Contains("no file of text", Assert.Throws<BadInputException>(() => Open(empty)).Problem, StringComparison.Ordinal);
    }

    private int[] Encode(string text)
    {
        var tokens = new TokenSpans();
        _tokenizer.Encode(text, tokens);
        return tokens.Ids.ToArray();
    }

    private TrainingCorpus Open(params string[] paths) => TrainingCorpus.Open(paths, _tokenizer, _tokenizer.VocabularySize);

    internal static int[][] Documents(TrainingCorpus corpus) => [.. Enumerable.Range(0, corpus.Documents.Count).Select(d =>
    {
        var tokens = new long[corpus.Documents.LengthOf(d)];
        corpus.Documents.Copy(d, 0, tokens);
        return tokens.Select(t => (int)t).ToArray();
    })];

    private sealed class CountingTokenizer(ITokenizer inner) : ITokenizer
    {
        public int Calls { get; private set; }

        public int VocabularySize => inner.VocabularySize;

        public void Encode(ReadOnlySpan<char> text, TokenSpans into)
        {
            Calls++;
            inner.Encode(text, into);
        }
    }
}
