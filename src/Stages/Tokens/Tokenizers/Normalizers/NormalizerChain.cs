namespace Emergence.Stages.Tokens.Tokenizers.Normalizers;

/// <summary>Normalizers one after the other.</summary>
/// <param name="normalizers">The normalizers, the first to be applied first.</param>
internal sealed class NormalizerChain(IReadOnlyList<INormalizer> normalizers)
{
    private readonly INormalizer[] _normalizers = [.. normalizers];
    private readonly AlignedText _one = new();
    private readonly AlignedText _other = new();

    /// <summary>Normalizes a part of a text.</summary>
    /// <param name="text">The text, not one that this gave; becomes the text that the result is in, valid until the next call.</param>
    /// <param name="start">First unit of the part; becomes that of the result.</param>
    /// <param name="end">Unit after the last; becomes that of the result.</param>
    public void Apply(ref AlignedText text, ref int start, ref int end)
    {
        foreach (var normalizer in _normalizers)
        {
            var into = ReferenceEquals(text, _one) ? _other : _one;
            into.Clear();
            if (normalizer.Apply(text, start, end, into))
            {
                text = into;
                start = 0;
                end = into.Length;
            }
        }
    }

    /// <summary>Normalizes a string.</summary>
    /// <param name="text">The string.</param>
    /// <returns>The string as text that is tokenised becomes.</returns>
    public string Apply(string text)
    {
        var aligned = new AlignedText();
        aligned.Load(text);
        var start = 0;
        var end = aligned.Length;
        Apply(ref aligned, ref start, ref end);
        return aligned.Chars[start..end].ToString();
    }
}
