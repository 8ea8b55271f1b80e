using System.Text;
using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tests.Input;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{} ")]
    [InlineData("[1,\"\\ud83d\\ude00\",null]")]
    [InlineData("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]")]
    public void Json_is_read(string text)
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(text.Trim(), document.RootElement.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("// note\n1")]
    [InlineData("NaN")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("\uFEFF{}")]
    [InlineData("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]")]
    public void What_is_not_strict_json_is_refused(string text) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Parse(new byte[] { 0x22, 0xC3, 0x28, 0x22 }));

    [Fact]
    public void A_file_is_refused_with_its_line_or_its_length()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "{\n\"a\": x}");
            Assert.Equal("line 2", Assert.Throws<BadInputException>(() => StrictJson.Read(path, 100, "Mend it")).Place);
            Assert.Contains("at most 5", Assert.Throws<BadInputException>(() => StrictJson.Read(path, 5, "Mend it")).Problem, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Contains("no such file", Assert.Throws<BadInputException>(() => StrictJson.Read(path, 5, "Mend it")).Problem, StringComparison.Ordinal);
    }
}
