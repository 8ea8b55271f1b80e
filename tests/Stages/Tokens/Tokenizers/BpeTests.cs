using System.Text.Json.Nodes;
using Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Merging, by vocabularies trained here, compared with the library.</summary>
public sealed class BpeTests : IDisposable
{
    private const string Spaces = """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""";
    private const string Metaspace = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""";
    private const string Gpt2 = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""";
    private const string Prefixed = """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""";
    private const string Unsplit = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""";
    private const string SmolLm = $$"""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{{Gpt2}}]}""";
    private const string Falcon = $$"""{"type":"Sequence","pretokenizers":[{"type":"Punctuation","behavior":"Contiguous"},{{Gpt2}},{"type":"Digits","individual_digits":false}]}""";

    private static readonly List<string> s_training = [.. HardText.Lines(31, 1200).Select(line => line.Length > 60 ? line[..60] : line)];
    private static readonly Lazy<JsonObject> s_bytes = new(() => BpeTrainer.Train(s_training, BpeTrainer.Bytes, BpeTrainer.ByteAlphabet, 400, pairs: false));
    private static readonly Lazy<JsonObject> s_characters = new(() => BpeTrainer.Train(s_training, text => text.Replace(' ', '▁'), CharacterAlphabet, 400, pairs: true));

    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> CharacterAlphabet =>
        ["<unk>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", .. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789.,;()é日本語".Select(unit => unit.ToString()), "😀", "\n"];

    [Theory]
    [InlineData(Gpt2, false, null)]
    [InlineData(Prefixed, false, null)]
    [InlineData(Unsplit, false, null)]
    [InlineData(SmolLm, true, null)]
    [InlineData(Falcon, false, null)]
    [InlineData(Gpt2, false, "NFC")]
    public void Byte_level_vocabularies_merge_as_the_library_does(string preTokenizer, bool ignoreMerges, string? normalizer)
    {
        var model = (JsonObject)s_bytes.Value.DeepClone();
        model["ignore_merges"] = ignoreMerges;
        var json = TokenizerJson.Make(model, normalizer is null ? "null" : $$"""{"type":"{{normalizer}}"}""", preTokenizer);
        Comparison.AssertSame((_folder.Write("tokenizer.json", json.ToJsonString()), HardText.Lines(32, 3000)));
    }

    [Theory]
    [InlineData(Spaces, "null", true, true, true)]
    [InlineData(Spaces, "null", true, true, false)]
    [InlineData("null", Metaspace, true, true, false)]
    [InlineData("null", "null", true, false, false)]
    [InlineData(Spaces, "null", false, true, false)]
    [InlineData(Spaces, "null", false, false, false)]
    [InlineData("null", """{"type":"Whitespace"}""", false, true, true)]
    public void Vocabularies_of_characters_merge_fall_back_and_fuse_as_the_library_does(string normalizer, string preTokenizer, bool fallBack, bool fuse, bool ignoreMerges)
    {
        var model = (JsonObject)s_characters.Value.DeepClone();
        model["unk_token"] = "<unk>";
        model["byte_fallback"] = fallBack;
        model["fuse_unk"] = fuse;
        model["ignore_merges"] = ignoreMerges;
        Comparison.AssertSame((_folder.Write("tokenizer.json", TokenizerJson.Make(model, normalizer, preTokenizer).ToJsonString()), HardText.Lines(33, 3000)));
    }

    [Fact]
    public void Long_pieces_merge_as_the_library_does()
    {
        var random = new Random(34);
        var texts = new List<string> { new('a', 5000), new(' ', 5000), string.Concat(Enumerable.Repeat("ab", 3000)), string.Concat(HardText.Lines(35, 300)) };
        for (var i = 0; i < 200; i++)
        {
            texts.Add(string.Concat(Enumerable.Range(0, random.Next(30, 400)).Select(_ => "theofand0 "[random.Next(i % 9 + 1)])));
        }

        var bytes = _folder.Write("bytes.json", TokenizerJson.Make((JsonObject)s_bytes.Value.DeepClone(), preTokenizer: Unsplit).ToJsonString());
        var characters = (JsonObject)s_characters.Value.DeepClone();
        characters["byte_fallback"] = true;
        var whole = _folder.Write("characters.json", TokenizerJson.Make(characters, Spaces).ToJsonString());
        Comparison.AssertSame((bytes, texts), (whole, texts));
    }

    [Fact]
    public void A_hundred_thousand_equal_characters_are_merged_in_one_go()
    {
        var tokenizer = Stages.Tokens.TokenizerFile.Load(_folder.Write("tokenizer.json", TokenizerJson.Make((JsonObject)s_bytes.Value.DeepClone(), preTokenizer: Unsplit).ToJsonString()));
        var tokens = Comparison.Encode(tokenizer, new string('a', 100_000));
        Assert.Equal(100_000, tokens.Sum(token => token.End - token.Start));
        Assert.Equal(0, tokens[0].Start);
        Assert.All(tokens.Zip(tokens.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
    }

    [Theory]
    [InlineData("null", Gpt2, true)]
    [InlineData("""{"type":"NFC"}""", SmolLm, true)]
    [InlineData(Spaces, "null", false)]
    public void Text_of_known_words_is_tokenised_without_allocating(string normalizer, string preTokenizer, bool bytes)
    {
        var model = (JsonObject)(bytes ? s_bytes : s_characters).Value.DeepClone();
        var tokenizer = Stages.Tokens.TokenizerFile.Load(_folder.Write("tokenizer.json", TokenizerJson.Make(model, normalizer, preTokenizer).ToJsonString()));
        var text = string.Concat(Enumerable.Repeat("The house of the 42 cats, it's a naïve café!\n", 1000));
        var tokens = new Stages.Tokens.TokenSpans();

        // Twice, as two lists of pieces take turns and both have to grow.
        tokenizer.Encode(text, tokens);
        tokenizer.Encode(text, tokens);
        tokens.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Encode(text, tokens);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(tokens.Count, 10_000, 60_000);
        Assert.InRange(allocated, 0, 1000);
    }

    [Fact]
    public void The_same_text_has_the_same_tokens_however_much_was_seen_before()
    {
        var tokenizer = Stages.Tokens.TokenizerFile.Load(_folder.Write("tokenizer.json", TokenizerJson.Make((JsonObject)s_bytes.Value.DeepClone(), preTokenizer: Gpt2).ToJsonString()));
        var lines = HardText.Lines(36, 200);
        var first = lines.Select(line => Comparison.Encode(tokenizer, line)).ToList();

        // More different words than are kept.
        var random = new Random(37);
        for (var i = 0; i < 3000; i++)
        {
            Comparison.Encode(tokenizer, string.Join(' ', Enumerable.Range(0, 60).Select(_ => random.Next().ToString("x"))));
        }

        Assert.Equal(first, lines.Select(line => Comparison.Encode(tokenizer, line)));
    }
}
