using Emergence.Stages.Tokens.Tokenizers.Normalizers;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads the normalizers.</summary>
internal static class NormalizerReader
{
    // Published tokenizers have at most a handful and none that makes text much longer; a file that was made to exhaust memory does.
    private const int Most = 32;
    private const double MostGrowth = 64;

    /// <summary>Reads the normalizers.</summary>
    /// <param name="part">The normalizer; may be absent.</param>
    /// <returns>The normalizers, the first to be applied first.</returns>
    public static List<INormalizer> Read(TokenizerPart part)
    {
        var normalizers = new List<INormalizer>();
        var growth = 1.0;
        if (!part.IsAbsent)
        {
            Read(part, normalizers, ref growth);
        }

        return normalizers;
    }

    private static void Read(TokenizerPart part, List<INormalizer> into, ref double growth)
    {
        if (into.Count == Most)
        {
            throw part.Bad($"more than {Most} normalizers are not supported");
        }

        switch (part.Type())
        {
            case "Sequence":
                part.Allow("type", "normalizers");
                foreach (var item in part.Find("normalizers").Items())
                {
                    Read(item, into, ref growth);
                }

                break;
            case "Lowercase":
                part.Allow("type");
                into.Add(new LowercaseNormalizer());
                break;
            case "NFC" or "NFD" or "NFKC" or "NFKD":
                part.Allow("type");
                var form = part.Type();
                into.Add(new UnicodeNormalizer(compatible: form.Contains('K'), compose: form.EndsWith('C')));
                break;
            case "Prepend":
                part.Allow("type", "prepend");
                if (part.Text("prepend") is { Length: > 0 } prefix)
                {
                    into.Add(prefix.Length <= MostGrowth ? new PrependNormalizer(prefix) : throw part.Bad("prepend", $"at most {MostGrowth} units are supported"));
                }

                break;
            case "Replace":
                part.Allow("type", "pattern", "content");
                var pattern = Pattern(part.Find("pattern"));
                var content = part.Text("content");
                growth *= Math.Max(1, (double)content.Length / pattern.Length);
                into.Add(growth <= MostGrowth ? new ReplaceNormalizer(pattern, content) : throw part.Bad("content", $"text could become more than {MostGrowth} times as long"));
                break;
            case var type:
                throw part.Unsupported(type, "Sequence, Lowercase, NFC, NFD, NFKC, NFKD, Prepend and Replace are");
        }
    }

    private static string Pattern(TokenizerPart pattern)
    {
        pattern.Allow("String", "Regex");
        if (pattern.OptionalText("Regex") is { } regex)
        {
            throw pattern.Bad("Regex", $"the pattern '{regex}' is not supported here; a String is");
        }

        return pattern.Text("String") is { Length: > 0 } text ? text : throw pattern.Bad("String", "an empty pattern is not supported");
    }
}
