using Emergence.Stages.Tokens.Tokenizers.Normalizers;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>Reads the normalizers.</summary>
internal static class NormalizerReader
{
    /// <summary>Reads the normalizers.</summary>
    /// <param name="part">The normalizer; may be absent.</param>
    /// <returns>The normalizers, the first to be applied first.</returns>
    public static List<INormalizer> Read(TokenizerPart part)
    {
        var normalizers = new List<INormalizer>();
        if (!part.IsAbsent)
        {
            Read(part, normalizers);
        }

        return normalizers;
    }

    private static void Read(TokenizerPart part, List<INormalizer> into)
    {
        switch (part.Type())
        {
            case "Sequence":
                part.Allow("type", "normalizers");
                foreach (var item in part.Find("normalizers").Items())
                {
                    Read(item, into);
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
                    into.Add(new PrependNormalizer(prefix));
                }

                break;
            case "Replace":
                part.Allow("type", "pattern", "content");
                into.Add(new ReplaceNormalizer(Pattern(part.Find("pattern")), part.Text("content")));
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
