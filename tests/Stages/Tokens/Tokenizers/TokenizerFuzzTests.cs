using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Damaged files, from a seed: each is refused or is a tokenizer that works.</summary>
public sealed class TokenizerFuzzTests : IDisposable
{
    private const int Cases = 30_000;
    private const string Text = "a b ab abc 's <s> x y\n\n 12é😀\ud83d  the  ";

    private static readonly string[] s_values =
        ["null", "true", "false", "0", "-1", "1", "2147483647", "2147483648", "16777215", "16777216", "1e300", "\"\"", "\"a\"", "\"\\ud800\"", "[]", "{}", "[[]]", "\"Sequence\"", "\"BPE\"", "\"WordLevel\"", "\"Removed\"", "\"▁\"", "\"a b\"", "[\"a\",\"b\"]"];

    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Thirty_thousand_damaged_files_are_refused_or_work()
    {
        var whole = Encoding.UTF8.GetBytes(TokenizerRefusalTests.Whole().ToJsonString());
        var values = Values(whole);
        var random = new Random(51);
        var path = _folder.Path("tokenizer.json");
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            File.WriteAllBytes(path, Damage(whole, values, random));
            try
            {
                Use(TokenizerFile.Load(path));
            }
            catch (BadInputException)
            {
                refused++;
            }
        }

        // Both ends are met, so the damage is neither too coarse nor too slight.
        Assert.InRange(refused, Cases / 10, Cases * 99 / 100);
    }

    [Fact]
    public void Any_cut_of_the_file_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes(TokenizerRefusalTests.Whole().ToJsonString());
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder.Path("cut.json"), whole[..length]);
            Assert.Throws<BadInputException>(() => TokenizerFile.Load(_folder.Path("cut.json")));
        }
    }

    private static void Use(ITokenizer tokenizer)
    {
        var tokens = new TokenSpans();
        tokenizer.Encode(Text, tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            Assert.InRange(tokens.Ids[i], 0, tokenizer.VocabularySize - 1);
            Assert.InRange(tokens.Starts[i], 0, tokens.Ends[i]);
            Assert.InRange(tokens.Ends[i], 0, Text.Length);
        }
    }

    // Where each value of the JSON begins and ends.
    private static List<(int Start, int End)> Values(byte[] json)
    {
        var values = new List<(int, int)>();
        var open = new Stack<int>();
        var reader = new System.Text.Json.Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case System.Text.Json.JsonTokenType.StartObject or System.Text.Json.JsonTokenType.StartArray:
                    open.Push((int)reader.TokenStartIndex);
                    break;
                case System.Text.Json.JsonTokenType.EndObject or System.Text.Json.JsonTokenType.EndArray:
                    values.Add((open.Pop(), (int)reader.BytesConsumed));
                    break;
                default:
                    var colon = reader.TokenType == System.Text.Json.JsonTokenType.PropertyName ? 1 : 0;
                    values.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed - colon));
                    break;
            }
        }

        return values;
    }

    private static byte[] Damage(byte[] whole, List<(int Start, int End)> values, Random random)
    {
        var damaged = whole.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var (start, end) = values[random.Next(values.Count)];
            if (end > damaged.Count)
            {
                continue;
            }

            switch (random.Next(5))
            {
                case 0:
                    damaged[random.Next(damaged.Count)] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[random.Next(damaged.Count)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    var (from, to) = values[random.Next(values.Count)];
                    damaged.RemoveRange(start, end - start);
                    damaged.InsertRange(start, whole[from..to]);
                    break;
                default:
                    damaged.RemoveRange(start, end - start);
                    damaged.InsertRange(start, Encoding.UTF8.GetBytes(s_values[random.Next(s_values.Length)]));
                    break;
            }
        }

        return [.. damaged];
    }
}
