using System.Text.Json;
using Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Vocabularies as they were published, each on ten thousand lines.</summary>
public sealed class PublishedTokenizerTests
{
    [Theory]
    [InlineData("gpt2", 101)]
    [InlineData("llama2", 102)]
    [InlineData("llama3", 103)]
    [InlineData("mistral_nemo", 104)]
    [InlineData("qwen3", 105)]
    public void Ten_thousand_hard_lines_have_the_tokens_and_ranges_of_the_library(string name, int seed)
    {
        var path = ReferenceTokenizer.Published(name);
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var added = json.RootElement.GetProperty("added_tokens").EnumerateArray().Select(token => token.GetProperty("content").GetString()!).Take(12);
        Comparison.AssertSame((path, HardText.Lines(seed, 10_000, [.. added])));
    }
}
