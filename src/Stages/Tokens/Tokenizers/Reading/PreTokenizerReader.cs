using Emergence.Stages.Tokens.Tokenizers.PreTokenizers;
using Emergence.Stages.Tokens.Tokenizers.PreTokenizers.Patterns;
using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads the pre-tokenizers.</summary>
internal static class PreTokenizerReader
{
    private const int Most = 32;

    /// <summary>Reads the pre-tokenizers.</summary>
    /// <param name="part">The pre-tokenizer; may be absent.</param>
    /// <param name="modelCanSpell">Whether the model can write text as bytes by itself.</param>
    /// <param name="byteLevel">Whether it must, as the last step does so.</param>
    /// <returns>The pre-tokenizers, the first to be applied first.</returns>
    public static List<IPreTokenizer> Read(TokenizerPart part, bool modelCanSpell, out bool byteLevel)
    {
        var steps = new List<IPreTokenizer>();
        if (!part.IsAbsent)
        {
            Read(part, steps);
        }

        byteLevel = modelCanSpell && steps is [.., BytesPreTokenizer];
        if (byteLevel)
        {
            steps.RemoveAt(steps.Count - 1);
        }

        return steps;
    }

    private static void Read(TokenizerPart part, List<IPreTokenizer> into)
    {
        if (into.Count >= Most)
        {
            throw part.Bad($"more than {Most} steps of pre-tokenizers are not supported");
        }

        switch (part.Type())
        {
            case "Sequence":
                part.Allow("type", "pretokenizers");
                foreach (var item in part.Find("pretokenizers").Items())
                {
                    Read(item, into);
                }

                break;
            case "ByteLevel":
                ReadByteLevel(part, into);
                break;
            case "Split":
                part.Allow("type", "pattern", "behavior", "invert");
                into.Add(new SplitPreTokenizer(Pattern(part.Find("pattern")), Behavior(part, part.Text("behavior")), part.Flag("invert")));
                break;
            case "Digits":
                part.Allow("type", "individual_digits");
                into.Add(Characters(WordCharacters.IsNumeric, part.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous));
                break;
            case "Punctuation":
                part.Allow("type", "behavior");
                into.Add(Characters(WordCharacters.IsPunctuation, Behavior(part, part.OptionalText("behavior") ?? nameof(SplitBehavior.Isolated))));
                break;
            case "Whitespace":
                part.Allow("type");
                into.Add(new SplitPreTokenizer(new WordSplitter(), SplitBehavior.Removed, invert: true));
                break;
            case "WhitespaceSplit":
                part.Allow("type");
                into.Add(Characters(WordCharacters.IsSpace, SplitBehavior.Removed));
                break;
            case "Metaspace":
                ReadMetaspace(part, into);
                break;
            case var type:
                throw part.Unsupported(type, "Sequence, ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit and Metaspace are");
        }
    }

    private static void ReadByteLevel(TokenizerPart part, List<IPreTokenizer> into)
    {
        part.Allow("type", "add_prefix_space", "trim_offsets", "use_regex");
        if (into.Any(step => step is BytesPreTokenizer))
        {
            throw part.Bad("a second ByteLevel is not supported: the text is bytes already");
        }

        // It says something about the post-processor only.
        part.Flag("trim_offsets", true);
        if (part.Flag("add_prefix_space"))
        {
            into.Add(new PrefixSpacePreTokenizer());
        }

        if (part.Flag("use_regex", true))
        {
            into.Add(new SplitPreTokenizer(new Gpt2Pattern(), SplitBehavior.Isolated, invert: false));
        }

        into.Add(new BytesPreTokenizer());
    }

    private static void ReadMetaspace(TokenizerPart part, List<IPreTokenizer> into)
    {
        part.Allow("type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep");
        var replacement = part.Text("replacement");
        if (replacement.Length != 1)
        {
            throw part.Bad("replacement", "one character of the first Unicode plane is expected");
        }

        var written = part.OptionalText("prepend_scheme");
        var scheme = written switch
        {
            "always" or null => MetaspacePrepend.Always,
            "first" => MetaspacePrepend.First,
            "never" => MetaspacePrepend.Never,
            _ => throw part.Bad("prepend_scheme", $"'{written}' is not supported; always, first and never are"),
        };
        if (!part.Flag("add_prefix_space", true))
        {
            scheme = written is null or "never" ? MetaspacePrepend.Never : throw part.Bad("add_prefix_space", $"it contradicts the prepend_scheme '{written}'");
        }

        part.OptionalText("str_rep");
        into.Add(new MetaspacePreTokenizer(replacement[0], scheme, part.Flag("split", true)));
    }

    private static ISplitter Pattern(TokenizerPart pattern)
    {
        pattern.Allow("String", "Regex");
        if (pattern.OptionalText("String") is { } text)
        {
            return text.Length > 0 ? new TextSplitter(text) : throw pattern.Bad("String", "an empty pattern is not supported");
        }

        var regex = pattern.Text("Regex");
        return KnownPatterns.Find(regex) ?? throw pattern.Bad("Regex", $"the pattern '{regex}' is none of the published ones that are supported");
    }

    private static SplitBehavior Behavior(TokenizerPart part, string name) =>
        Enum.GetNames<SplitBehavior>().Contains(name) ? Enum.Parse<SplitBehavior>(name) : throw part.Bad("behavior", $"'{name}' is not supported; {string.Join(", ", Enum.GetNames<SplitBehavior>())} are");

    private static SplitPreTokenizer Characters(Func<int, bool> kind, SplitBehavior behavior) => new(new CharacterSplitter(kind), behavior, invert: false);
}
