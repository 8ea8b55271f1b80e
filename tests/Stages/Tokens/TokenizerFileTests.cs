using System.Text.Json.Nodes;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class TokenizerFileTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_tokenizer_loads_as_it_was()
    {
        var tokenizer = WordTokenizer.Build(["The", "jury", "``", "é", "\"", "\\", "😀", "jury"], 100);
        TokenizerFile.Save(_folder.Path("tokenizer.json"), tokenizer);
        var loaded = Assert.IsType<WordTokenizer>(TokenizerFile.Load(_folder.Path("tokenizer.json")));
        Assert.Equal(tokenizer.Words, loaded.Words);
        Assert.Equal(tokenizer.UnknownId, loaded.UnknownId);
        Assert.Equal(tokenizer.AddedIds, loaded.AddedIds);
    }

    [Fact]
    public void The_file_is_the_json_that_the_tokenizers_library_writes()
    {
        TokenizerFile.Save(_folder.Path("tokenizer.json"), WordTokenizer.Build(["it's", "it's", "b"], 3));
        var expected = JsonNode.Parse("""
            {"version":"1.0","truncation":null,"padding":null,
             "added_tokens":[{"id":0,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
             "normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"WhitespaceSplit"},"post_processor":null,"decoder":null,
             "model":{"type":"WordLevel","vocab":{"[UNK]":0,"it's":1,"b":2},"unk_token":"[UNK]"}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(File.ReadAllText(_folder.Path("tokenizer.json")))));
    }

    [Theory]
    [InlineData("model.type", "\"Unigram\"", "model.type", "'Unigram' is not supported")]
    [InlineData("model.vocab.a", "-7", "model.vocab 'a'", "an id from 0")]
    [InlineData("model.vocab.a", "0", "model.vocab 'a'", "each once")]
    [InlineData("model.vocab.a", "1.5", "model.vocab 'a'", "an id from 0")]
    [InlineData("model.unk_token", "\"<unk>\"", "model.unk_token", "not in the vocabulary")]
    [InlineData("model.unk_token", "null", "model.unk_token", "missing")]
    [InlineData("model.dropout", "0.1", "model.dropout", "key is not supported")]
    [InlineData("normalizer.type", "\"Strip\"", "normalizer.type", "'Strip' is not supported")]
    [InlineData("pre_tokenizer.trim", "true", "pre_tokenizer.trim", "key is not supported")]
    [InlineData("version", "\"2.0\"", "version", "1.0 is expected")]
    [InlineData("added_tokens", "[{\"id\":1,\"content\":\"<pad>\"}]", "added_tokens[0].id", "the id 2")]
    [InlineData("extra", "1", "extra", "key is not supported")]
    public void What_is_not_supported_is_named(string key, string value, string place, string problem)
    {
        TokenizerFile.Save(_folder.Path("tokenizer.json"), WordTokenizer.Build(["a"], 5));
        var root = JsonNode.Parse(File.ReadAllText(_folder.Path("tokenizer.json")))!;
        var node = root;
        var path = key.Split('.');
        foreach (var part in path[..^1])
        {
            node = node[part]!;
        }

        node[path[^1]] = JsonNode.Parse(value);
        var file = _folder.Write("changed.json", root.ToJsonString());
        var e = Assert.Throws<BadInputException>(() => TokenizerFile.Load(file));
        Assert.Equal(file, e.File);
        Assert.Equal(place, e.Place);
        Assert.Contains(problem, e.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normalizer", "null", "The jury", 0, 2)]
    [InlineData("pre_tokenizer.type", "\"Whitespace\"", "jury,THE", 2, 0, 1)]
    [InlineData("added_tokens.0.normalized", "true", "jury[unk]x", 2, 0, 0)]
    public void Other_word_level_files_are_read_as_the_library_reads_them(string key, string value, string text, params int[] expected)
    {
        TokenizerFile.Save(_folder.Path("tokenizer.json"), WordTokenizer.Build(["the", "the", "jury"], 5));
        var root = JsonNode.Parse(File.ReadAllText(_folder.Path("tokenizer.json")))!;
        var path = key.Split('.');
        var node = path[..^1].Aggregate(root, (at, part) => at is JsonArray list ? list[int.Parse(part)]! : at[part]!);
        node[path[^1]] = JsonNode.Parse(value);
        var tokens = new TokenSpans();
        TokenizerFile.Load(_folder.Write("changed.json", root.ToJsonString())).Encode(text, tokens);
        Assert.Equal(expected, tokens.Ids);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"version\":\"1.0\"")]
    [InlineData("{\"version\":\"1.0\",\"version\":\"1.0\"}")]
    [InlineData("{\"version\":\"\\ud800\"}")]
    public void What_is_no_such_json_is_refused(string text) =>
        Assert.Throws<BadInputException>(() => TokenizerFile.Load(_folder.Write("tokenizer.json", text)));

    [Fact]
    public void A_missing_file_is_refused()
    {
        var e = Assert.Throws<BadInputException>(() => TokenizerFile.Load(_folder.Path("none.json")));
        Assert.Contains("no such file", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_cut_of_the_file_is_refused()
    {
        TokenizerFile.Save(_folder.Path("tokenizer.json"), WordTokenizer.Build(["a", "b"], 5));
        var bytes = File.ReadAllBytes(_folder.Path("tokenizer.json"));
        for (var length = 0; length < bytes.Length - 2; length++)
        {
            File.WriteAllBytes(_folder.Path("cut.json"), bytes[..length]);
            Assert.Throws<BadInputException>(() => TokenizerFile.Load(_folder.Path("cut.json")));
        }
    }
}
