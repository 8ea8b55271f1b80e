using System.Text;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>
/// Writes every byte of the text's UTF-8 as one character (ByteLevel). Only needed where other pre-tokenizers follow;
/// a byte-level model does it by itself, when it meets a piece for the first time.
/// </summary>
internal sealed class BytesPreTokenizer : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(Pieces pieces)
    {
        var from = pieces.Text;
        var into = pieces.Rewrite();
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < pieces.Current.Count; i++)
        {
            var first = into.Length;
            var end = pieces.Current.Ends[i];
            for (var at = pieces.Current.Starts[i]; at < end;)
            {
                Rune.DecodeFromUtf16(from.Chars[at..end], out var rune, out var width);
                foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    into.Append(ByteAlphabet.CharOf(value), from.StartOf(at), from.EndOf(at + width - 1));
                }

                at += width;
            }

            pieces.Next.Add(first, into.Length);
        }

        pieces.Advance(into);
    }
}
