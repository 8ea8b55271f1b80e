using System.Text.Json;
using Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Where text is cut, which a model shows that makes one token of every piece.</summary>
public sealed class PreTokenizerTests : IDisposable
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Short = @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Ascii = @"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string O200k =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Nemo =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] s_behaviors = ["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

    private readonly TextFolder _folder = new();
    private readonly List<(string, IReadOnlyList<string>)> _jobs = [];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Patterns => [Gpt2, Llama3, Qwen, Short, Ascii, O200k, Nemo];

    public static TheoryData<string> Kinds =>
    [
        """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}""",
        """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}""",
        """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}""",
        """{"type":"Digits","individual_digits":true}""",
        """{"type":"Digits","individual_digits":false}""",
        """{"type":"Punctuation"}""",
        """{"type":"Punctuation","behavior":"Contiguous"}""",
        """{"type":"Whitespace"}""",
        """{"type":"WhitespaceSplit"}""",
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""",
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}""",
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""",
        """{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":false}""",
        """{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""",
        """{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}""",
        """{"type":"Sequence","pretokenizers":[{"type":"Punctuation","behavior":"Contiguous"},{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true},{"type":"Digits","individual_digits":false}]}""",
        """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"},{"type":"Sequence","pretokenizers":[{"type":"Punctuation"}]}]}""",
        """{"type":"Sequence","pretokenizers":[]}""",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_cuts_where_the_library_does(string preTokenizer)
    {
        Add(preTokenizer, HardText.Lines(11, 1000));
        Add(preTokenizer, HardText.EveryCodePoint("a{0}1{0} {0}"));
        Comparison.AssertSame([.. _jobs]);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Every_published_pattern_cuts_where_the_library_does(string pattern)
    {
        var split = Split($$"""{"Regex":{{JsonSerializer.Serialize(pattern)}}}""", "Isolated", false);
        Add(split, HardText.Lines(12, 4000));
        Add(split, HardText.EveryCodePoint());
        Comparison.AssertSame([.. _jobs]);
    }

    [Fact]
    public void Every_behavior_joins_and_drops_matches_as_the_library_does()
    {
        var lines = HardText.Lines(13, 500, ".", "..", " .", "of");
        foreach (var behavior in s_behaviors)
        {
            foreach (var invert in new[] { false, true })
            {
                // Nothing is left where everything matches and matches are removed; there only the tokens' number could agree.
                if (behavior != "Removed" || invert)
                {
                    Add(Split($$"""{"Regex":{{JsonSerializer.Serialize(Llama3)}}}""", behavior, invert), lines);
                }

                Add(Split("""{"String":"."}""", behavior, invert), lines);
                Add(Split("""{"String":"of"}""", behavior, invert), lines);
                Add(Split("""{"String":"😀"}""", behavior, invert), [.. lines, "😀", "a😀", "😀a", "😀😀a😀"]);
            }

            Add($$"""{"type":"Punctuation","behavior":"{{behavior}}"}""", lines);
        }

        Comparison.AssertSame([.. _jobs]);
    }

    private static string Split(string pattern, string behavior, bool invert) =>
        $$"""{"type":"Split","pattern":{{pattern}},"behavior":"{{behavior}}","invert":{{(invert ? "true" : "false")}}}""";

    private void Add(string preTokenizer, IReadOnlyList<string> texts) =>
        _jobs.Add((_folder.Write($"{_jobs.Count}.json", TokenizerJson.Make(TokenizerJson.Pieces, preTokenizer: preTokenizer).ToJsonString()), texts));
}
