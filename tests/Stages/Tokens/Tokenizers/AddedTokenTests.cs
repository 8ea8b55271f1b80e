using Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Added tokens in the text, with every combination of their flags, compared with the library.</summary>
public sealed class AddedTokenTests : IDisposable
{
    private static readonly string[] s_contents = ["<s>", "<s><s>", "the", "[MASK]", "  ", "\n\n", "É", "😀", "Ünd", "a'b", "<|x|>", "<|x|"];

    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("null", 41)]
    [InlineData("""{"type":"Lowercase"}""", 42)]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", 43)]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"Replace","pattern":{"String":" "},"content":"▁▁"}]}""", 44)]
    public void Every_combination_of_flags_is_honoured_as_by_the_library(string normalizer, int seed)
    {
        var random = new Random(seed);
        var jobs = new List<(string, IReadOnlyList<string>)>();
        for (var i = 0; i < 24; i++)
        {
            // Where one token takes the white space behind it and another is white space, the library gives characters two tokens or panics.
            var strip = i % 2 == 0;
            var added = s_contents.Where(content => !strip || !string.IsNullOrWhiteSpace(content)).OrderBy(_ => random.Next()).Take(random.Next(1, s_contents.Length)).ToList();
            var tokens = added.Select((content, k) =>
                TokenizerJson.Added(257 + k, content, random.Next(3) == 0, random.Next(3) == 0, strip && random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0)).ToList();
            var json = TokenizerJson.Make(TokenizerJson.Bytes, normalizer, added: $"[{string.Join(',', tokens)}]");
            jobs.Add((_folder.Write($"{i}.json", json.ToJsonString()), HardText.Lines(1000 * seed + i, 300, [.. s_contents, .. added, " <s> ", "\n<s>\n", "x<s>", "<s>x", "the ", " THE"])));
        }

        Comparison.AssertSame([.. jobs]);
    }

    [Fact]
    public void White_space_that_a_token_took_is_no_token_once_more()
    {
        var json = TokenizerJson.Make(TokenizerJson.Bytes, added: $"[{TokenizerJson.Added(257, "<s>", rstrip: true)},{TokenizerJson.Added(258, "  ", lstrip: true)}]");
        var tokenizer = Stages.Tokens.TokenizerFile.Load(_folder.Write("t.json", json.ToJsonString()));
        Assert.Equal([new(257, 0, 8), new('x', 8, 9), new(258, 9, 11), new(' ', 11, 12)], Comparison.Encode(tokenizer, "<s>     x   "));
    }

    [Fact]
    public void Metaspace_puts_its_character_before_the_text_or_every_part_as_the_library_does()
    {
        var jobs = new List<(string, IReadOnlyList<string>)>();
        foreach (var scheme in new[] { "first", "always", "never" })
        {
            var json = TokenizerJson.Make(TokenizerJson.Bytes, preTokenizer: $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}"}""", added: $"[{TokenizerJson.Added(257, "<s>")},{TokenizerJson.Added(258, "the", normalized: true)}]");
            jobs.Add((_folder.Write($"{scheme}.json", json.ToJsonString()), HardText.Lines(45, 1000, "<s>", "the", " <s>", "<s> ")));
        }

        Comparison.AssertSame([.. jobs]);
    }
}
