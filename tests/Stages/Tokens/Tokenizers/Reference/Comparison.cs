using System.Text;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

/// <summary>Compares this project's tokenizers with the library's, token by token and range by range.</summary>
internal static class Comparison
{
    /// <summary>Fails at the first text that gets other tokens or other ranges.</summary>
    public static void AssertSame(params IReadOnlyList<(string Tokenizer, IReadOnlyList<string> Texts)> jobs)
    {
        var expected = ReferenceTokenizer.Encode(jobs);
        for (var i = 0; i < jobs.Count; i++)
        {
            var tokenizer = TokenizerFile.Load(jobs[i].Tokenizer);
            var count = 0;
            for (var line = 0; line < jobs[i].Texts.Count; line++)
            {
                var text = jobs[i].Texts[line];
                var actual = Encode(tokenizer, text);
                count += actual.Length;
                if (!actual.AsSpan().SequenceEqual(expected[i][line]))
                {
                    Assert.Fail($"{jobs[i].Tokenizer}, text {line} {Show(text)}:\n expected {string.Join(' ', expected[i][line])}\n but was  {string.Join(' ', actual)}");
                }

                Assert.DoesNotContain(actual, token => token.Id >= tokenizer.VocabularySize);
            }

            // Two tokenizers that give nothing would agree too.
            Assert.True(count > jobs[i].Texts.Count / 50, $"only {count} tokens");
        }
    }

    public static ReferenceToken[] Encode(ITokenizer tokenizer, string text)
    {
        var tokens = new TokenSpans();
        tokenizer.Encode(text, tokens);
        var result = new ReferenceToken[tokens.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new ReferenceToken(tokens.Ids[i], tokens.Starts[i], tokens.Ends[i]);
        }

        return result;
    }

    public static string Show(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var unit in text)
        {
            shown.Append(unit is >= ' ' and < (char)127 ? unit.ToString() : $"\\u{(int)unit:x4}");
        }

        return shown.Append('"').ToString();
    }
}
