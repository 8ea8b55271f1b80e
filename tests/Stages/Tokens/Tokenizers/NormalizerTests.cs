using Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>What becomes of text, which a model shows that makes a token of every byte.</summary>
public sealed class NormalizerTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"type":"NFC"}""")]
    [InlineData("""{"type":"NFD"}""")]
    [InlineData("""{"type":"NFKC"}""")]
    [InlineData("""{"type":"NFKD"}""")]
    [InlineData("""{"type":"Lowercase"}""")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""")]
    [InlineData("""{"type":"Prepend","prepend":"a😀"}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":"  "},"content":""}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":"é"},"content":"😀x"}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":"😀"},"content":":)"}""")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"Lowercase"},{"type":"Replace","pattern":{"String":"a"},"content":"bb"},{"type":"NFC"}]}""")]
    [InlineData("""{"type":"Sequence","normalizers":[]}""")]
    public void Every_normalizer_changes_text_as_the_library_does(string normalizer)
    {
        var path = _folder.Write("tokenizer.json", TokenizerJson.Make(TokenizerJson.Bytes, normalizer: normalizer).ToJsonString());
        Comparison.AssertSame((path, HardText.Lines(21, 2000, "é", "  ", "😀")), (path, HardText.EveryCodePoint("a{0}")));
    }
}
