using System.Text;
using Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>
/// A vocabulary with what merging begins with: the tokens of single characters, or of bytes where the vocabulary is
/// byte-level or falls back to bytes.
/// </summary>
internal sealed class BpeVocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Dictionary<int, int> _characters = [];
    private readonly int[] _bytes = new int[256];
    private readonly int[] _fallback = new int[256];

    /// <summary>Makes a vocabulary.</summary>
    /// <param name="ids">Tokens and their ids.</param>
    public BpeVocabulary(Dictionary<string, int> ids)
    {
        _ids = ids;
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (token, id) in ids)
        {
            LongestToken = Math.Max(LongestToken, token.Length);
            if (Rune.DecodeFromUtf16(token, out var rune, out var width) == System.Buffers.OperationStatus.Done && width == token.Length)
            {
                _characters.Add(rune.Value, id);
            }
        }

        for (var value = 0; value < 256; value++)
        {
            _bytes[value] = _characters.GetValueOrDefault(ByteAlphabet.CharOf((byte)value), -1);
            _fallback[value] = _ids.GetValueOrDefault($"<0x{value:X2}>", -1);
        }
    }

    /// <summary>Number of code units of the longest token.</summary>
    public int LongestToken { get; }

    /// <summary>Whether every byte has its token as a character of the byte-level alphabet.</summary>
    public bool HasAllBytes => !_bytes.AsSpan().Contains(-1);

    /// <summary>How many of the tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> there are.</summary>
    public int FallbackBytes => 256 - _fallback.AsSpan().Count(-1);

    /// <summary>Id of a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The id; -1 when it is not in the vocabulary.</returns>
    public int IdOf(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : -1;

    /// <summary>Id of the token of a character.</summary>
    /// <param name="codePoint">The character.</param>
    /// <returns>The id; -1 when it is not in the vocabulary.</returns>
    public int OfCharacter(int codePoint) => _characters.GetValueOrDefault(codePoint, -1);

    /// <summary>Id of the token of a byte in a byte-level vocabulary.</summary>
    /// <param name="value">The byte.</param>
    /// <returns>The id; -1 when it is not in the vocabulary.</returns>
    public int OfByte(byte value) => _bytes[value];

    /// <summary>Id of the token that a byte falls back to.</summary>
    /// <param name="value">The byte.</param>
    /// <returns>The id; -1 when it is not in the vocabulary.</returns>
    public int OfFallbackByte(byte value) => _fallback[value];
}
