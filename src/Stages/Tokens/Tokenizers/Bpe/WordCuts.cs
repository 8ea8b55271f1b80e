using System.Collections;

namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>
/// Tokenizers without a pre-tokenizer (Llama 2, Gemma) give the model a whole document as one piece. No merge reaches over
/// two characters that stand side by side in no token, so the piece can be cut there and the words looked up as elsewhere.
/// Cuts are looked for before the character that stands for a space.
/// </summary>
internal sealed class WordCuts
{
    /// <summary>What stands for a space in such vocabularies.</summary>
    public const char Space = '\u2581';

    // Units that stand before a space in some token.
    private readonly BitArray _joined = new(char.MaxValue + 1);

    /// <summary>Learns where tokens can be cut.</summary>
    /// <param name="tokens">All tokens.</param>
    public WordCuts(IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
        {
            for (var at = token.IndexOf(Space, 1 < token.Length ? 1 : 0); at > 0; at = at + 1 < token.Length ? token.IndexOf(Space, at + 1) : -1)
            {
                _joined[token[at - 1]] = true;
            }
        }
    }

    /// <summary>Finds the next cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the piece begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>Where it can be cut first, <paramref name="end"/> when nowhere.</returns>
    public int Next(ReadOnlySpan<char> text, int start, int end)
    {
        for (var at = start + 1; at < end; at++)
        {
            var next = text[at..end].IndexOf(Space);
            if (next < 0)
            {
                return end;
            }

            at += next;
            if (!_joined[text[at - 1]])
            {
                return at;
            }
        }

        return end;
    }
}
