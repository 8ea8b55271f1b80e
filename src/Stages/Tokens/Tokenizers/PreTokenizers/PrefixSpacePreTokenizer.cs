using Emergence.Stages.Tokens.Tokenizers.Normalizers;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Puts a space before every piece that does not begin with one (<c>add_prefix_space</c> of ByteLevel).</summary>
internal sealed class PrefixSpacePreTokenizer : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(Pieces pieces)
    {
        var from = pieces.Text;
        var into = pieces.Rewrite();
        for (var i = 0; i < pieces.Current.Count; i++)
        {
            var start = pieces.Current.Starts[i];
            var first = into.Length;
            if (from.Chars[start] != ' ')
            {
                PrependNormalizer.Prepend(from, start, " ", into);
            }

            into.Append(from, start, pieces.Current.Ends[i]);
            pieces.Next.Add(first, into.Length);
        }

        pieces.Advance(into);
    }
}
