using System.Text.Json.Nodes;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>What is not understood is refused by its name and place.</summary>
public sealed class TokenizerRefusalTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A small file with every part in it.</summary>
    internal static JsonObject Whole()
    {
        var model = (JsonObject)JsonNode.Parse("""
            {"type":"BPE","dropout":null,"unk_token":"<unk>","continuing_subword_prefix":"","end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":false,"ignore_merges":true,
             "vocab":{"<unk>":0,"a":1,"b":2,"Ġ":3,"ab":4,"Ġab":5,"c":6,"abc":7},"merges":["a b",["Ġ","ab"],["ab","c"]]}
            """)!;
        var json = TokenizerJson.Make(
            model,
            """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend","prepend":"a"},{"type":"Replace","pattern":{"String":" b"},"content":"c"},{"type":"Lowercase"}]}""",
            """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":true},{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}]}""",
            $"[{TokenizerJson.Added(0, "<unk>")},{TokenizerJson.Added(8, "<s>", lstrip: true)},{TokenizerJson.Added(9, "x y", normalized: true, special: false)}]");
        json["post_processor"] = JsonNode.Parse("""{"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing","single":[]}]}""");
        json["decoder"] = JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]}""");
        json["truncation"] = JsonNode.Parse("""{"direction":"Right","max_length":8}""");
        return json;
    }

    [Theory]
    [InlineData("version", "\"2.0\"", "version", "1.0 is expected")]
    [InlineData("extra", "1", "extra", "key is not supported")]
    [InlineData("truncation", "7", "truncation", "object is expected")]
    [InlineData("post_processor.type", "\"Magic\"", "post_processor.type", "'Magic' is not known")]
    [InlineData("post_processor.processors.1.type", "\"Magic\"", "post_processor.processors[1].type", "'Magic' is not known")]
    [InlineData("decoder.decoders.0.type", "\"Magic\"", "decoder.decoders[0].type", "'Magic' is not known")]
    [InlineData("model.type", "\"Unigram\"", "model.type", "'Unigram' is not supported")]
    [InlineData("model.type", "7", "model.type", "string is expected")]
    [InlineData("model.dropout", "0.1", "model.dropout", "null or 0")]
    [InlineData("model.continuing_subword_prefix", "\"##\"", "model.continuing_subword_prefix", "'##' is not supported")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "model.end_of_word_suffix", "'</w>' is not supported")]
    [InlineData("model.unk_token", "\"<none>\"", "model.unk_token", "not in the vocabulary")]
    [InlineData("model.surprise", "1", "model.surprise", "key is not supported")]
    [InlineData("model.vocab", "{}", "model.vocab", "empty")]
    [InlineData("model.vocab.b", "1", "model.vocab 'b'", "another token's too")]
    [InlineData("model.vocab.b", "2147483647", "model.vocab 'b'", "an id from 0")]
    [InlineData("model.vocab.b", "4294967296", "model.vocab 'b'", "an id from 0")]
    [InlineData("model.vocab.b", "-1", "model.vocab 'b'", "an id from 0")]
    [InlineData("model.vocab.b", "1.5", "model.vocab 'b'", "an id from 0")]
    [InlineData("model.merges", "null", "model.merges", "list of merges")]
    [InlineData("model.merges.0", "\"a z\"", "model.merges[0]", "in the vocabulary")]
    [InlineData("model.merges.0", "\"b a\"", "model.merges[0]", "in the vocabulary")]
    [InlineData("model.merges.0", "\"a b c\"", "model.merges[0]", "two tokens")]
    [InlineData("model.merges.1", "[\"a\"]", "model.merges[1]", "two tokens")]
    [InlineData("model.merges.1", "[\"a\",2]", "model.merges[1]", "two tokens")]
    [InlineData("normalizer.normalizers.1.type", "\"Nmt\"", "normalizer.normalizers[1].type", "'Nmt' is not supported")]
    [InlineData("normalizer.normalizers.2.pattern", "{\"Regex\":\" +\"}", "normalizer.normalizers[2].pattern.Regex", "' +'")]
    [InlineData("normalizer.normalizers.2.pattern", "{\"String\":\"\"}", "normalizer.normalizers[2].pattern.String", "empty")]
    [InlineData("normalizer.normalizers.3.also", "1", "normalizer.normalizers[3].also", "key is not supported")]
    [InlineData("normalizer.normalizers", "7", "normalizer.normalizers", "list is expected")]
    [InlineData("pre_tokenizer.pretokenizers.0.type", "\"BertPreTokenizer\"", "pre_tokenizer.pretokenizers[0].type", "'BertPreTokenizer' is not supported")]
    [InlineData("pre_tokenizer.pretokenizers.0.pattern.Regex", "\"\\\\d+\"", "pre_tokenizer.pretokenizers[0].pattern.Regex", "'\\d+'")]
    [InlineData("pre_tokenizer.pretokenizers.0.behavior", "\"Melted\"", "pre_tokenizer.pretokenizers[0].behavior", "'Melted' is not supported")]
    [InlineData("pre_tokenizer.pretokenizers.0.behavior", "\"1\"", "pre_tokenizer.pretokenizers[0].behavior", "'1' is not supported")]
    [InlineData("pre_tokenizer.pretokenizers.0.invert", "null", "pre_tokenizer.pretokenizers[0].invert", "true or false")]
    [InlineData("pre_tokenizer.pretokenizers.1.individual_digits", "1", "pre_tokenizer.pretokenizers[1].individual_digits", "true or false")]
    [InlineData("pre_tokenizer.pretokenizers.2.prepend_scheme", "\"last\"", "pre_tokenizer.pretokenizers[2].prepend_scheme", "'last' is not supported")]
    [InlineData("pre_tokenizer.pretokenizers.2.replacement", "\"ab\"", "pre_tokenizer.pretokenizers[2].replacement", "one character")]
    [InlineData("pre_tokenizer.pretokenizers.2.add_prefix_space", "false", "pre_tokenizer.pretokenizers[2].add_prefix_space", "contradicts")]
    [InlineData("normalizer.normalizers.2.content", "\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"", "normalizer.normalizers[2].content", "64 times")]
    [InlineData("pre_tokenizer.pretokenizers.2", "{\"type\":\"ByteLevel\",\"add_prefix_space\":false}", "pre_tokenizer.pretokenizers[3]", "second ByteLevel")]
    [InlineData("pre_tokenizer.pretokenizers.3.use_rules", "true", "pre_tokenizer.pretokenizers[3].use_rules", "key is not supported")]
    [InlineData("added_tokens", "{}", "added_tokens", "list is expected")]
    [InlineData("added_tokens.1.id", "11", "added_tokens[1].id", "the id 8")]
    [InlineData("added_tokens.0.id", "1", "added_tokens[0].id", "the id 0")]
    [InlineData("added_tokens.1.content", "\"\"", "added_tokens[1].content", "1 to 1024")]
    [InlineData("added_tokens.1.content", "\"<unk>\"", "added_tokens[1].content", "same content")]
    [InlineData("added_tokens.1.rstrip", "\"no\"", "added_tokens[1].rstrip", "true or false")]
    [InlineData("added_tokens.1.color", "1", "added_tokens[1].color", "key is not supported")]
    public void The_place_and_the_problem_are_named(string key, string value, string place, string problem)
    {
        var root = Whole();
        JsonNode node = root;
        var path = key.Split('.');
        foreach (var part in path[..^1])
        {
            node = node is JsonArray list ? list[int.Parse(part)]! : node[part]!;
        }

        if (node is JsonArray items)
        {
            items[int.Parse(path[^1])] = JsonNode.Parse(value);
        }
        else
        {
            node[path[^1]] = JsonNode.Parse(value);
        }

        var file = _folder.Write("changed.json", root.ToJsonString());
        var e = Assert.Throws<BadInputException>(() => TokenizerFile.Load(file));
        Assert.Equal(file, e.File);
        Assert.Equal(place, e.Place);
        Assert.Contains(problem, e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_some_tokens_of_bytes_to_fall_back_to_are_refused()
    {
        var root = Whole();
        root["model"]!["byte_fallback"] = true;
        root["model"]!["vocab"]!["<0x41>"] = 50;
        root["added_tokens"] = null;
        var e = Assert.Throws<BadInputException>(() => TokenizerFile.Load(_folder.Write("t.json", root.ToJsonString())));
        Assert.Equal("model.byte_fallback", e.Place);
    }

    [Fact]
    public void Two_added_tokens_that_normalize_to_the_same_are_refused()
    {
        var root = TokenizerJson.Make(TokenizerJson.Bytes, """{"type":"Lowercase"}""", added: $"[{TokenizerJson.Added(257, "Day", normalized: true)},{TokenizerJson.Added(258, "day", normalized: true)}]");
        var e = Assert.Throws<BadInputException>(() => TokenizerFile.Load(_folder.Write("t.json", root.ToJsonString())));
        Assert.Equal("added_tokens[1]", e.Place);
    }

    [Fact]
    public void The_file_with_every_part_loads_and_ids_beyond_the_vocabulary_count()
    {
        var tokenizer = TokenizerFile.Load(_folder.Write("t.json", Whole().ToJsonString()));
        Assert.Equal(10, tokenizer.VocabularySize);
        var tokens = new TokenSpans();
        tokenizer.Encode("b c <s>", tokens);
        Assert.Equal(8, tokens.Ids[^1]);
        Assert.Equal((3, 7), (tokens.Starts[^1], tokens.Ends[^1]));
    }
}
