namespace Emergence.Stages.Tokens.Tokenizers.Normalizers;

/// <summary>Puts a text before every part that is not empty; it counts as the part's first character.</summary>
/// <param name="prefix">What is put before.</param>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public bool Apply(AlignedText from, int start, int end, AlignedText into)
    {
        if (start == end)
        {
            return false;
        }

        Prepend(from, start, prefix, into);
        into.Append(from, start, end);
        return true;
    }

    /// <summary>Appends a prefix that counts as the first character of what follows it.</summary>
    /// <param name="from">The text that the prefix comes before.</param>
    /// <param name="start">Where in it.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="into">The text that takes the prefix.</param>
    public static void Prepend(AlignedText from, int start, string prefix, AlignedText into) =>
        into.Append(prefix, from.StartOf(start), from.EndOf(char.IsHighSurrogate(from.Chars[start]) ? start + 1 : start));
}
