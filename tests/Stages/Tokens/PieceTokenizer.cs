using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

/// <summary>Pieces of a few characters, white space among them, as byte-level BPE has it: the worst that words can be cut.</summary>
/// <param name="size">Characters of a piece.</param>
internal sealed class PieceTokenizer(int size = 3) : ITokenizer
{
    public int VocabularySize => 1000;

    public void Encode(ReadOnlySpan<char> text, TokenSpans into)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(text.Length, start + size);
            end += end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
            var id = 0;
            foreach (var unit in text[start..end])
            {
                id = ((id * 31) + unit) % VocabularySize;
            }

            into.Add(id, start, end);
            start = end;
        }
    }

    /// <summary>The pieces themselves.</summary>
    public static string[] Pieces(string text, int size = 3)
    {
        var tokens = new TokenSpans();
        new PieceTokenizer(size).Encode(text, tokens);
        return Enumerable.Range(0, tokens.Count).Select(t => text[tokens.Starts[t]..tokens.Ends[t]]).ToArray();
    }
}
