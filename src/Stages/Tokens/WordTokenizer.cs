namespace Emergence.Stages.Tokens;

/// <summary>
/// Words to token ids: each word, lower-cased, is one token (Hugging Face's WordLevel model after the Lowercase normalizer
/// and the WhitespaceSplit pre-tokenizer). Words outside the vocabulary become the unknown token. Immutable.
/// </summary>
public sealed class WordTokenizer : ITokenizer
{
    /// <summary>Content of the unknown token in vocabularies that <see cref="Build"/> makes; its id there is 0.</summary>
    public const string UnknownContent = "[UNK]";

    private readonly Dictionary<string, int> _ids;
    private readonly HashSet<string> _added;

    /// <summary>Makes a tokenizer of a vocabulary.</summary>
    /// <param name="words">The vocabulary, each word at its id.</param>
    /// <param name="unknownId">Id of the unknown token.</param>
    /// <param name="addedIds">Ids of the added tokens: words matched as they are written, not lower-cased.</param>
    /// <exception cref="ArgumentException">A word occurs twice or an id is not in the vocabulary.</exception>
    public WordTokenizer(IReadOnlyList<string> words, int unknownId, IReadOnlyList<int> addedIds)
    {
        if (unknownId < 0 || unknownId >= words.Count || addedIds.Any(id => id < 0 || id >= words.Count))
        {
            throw new ArgumentException("the unknown and added tokens must be in the vocabulary", nameof(words));
        }

        Words = words;
        UnknownId = unknownId;
        AddedIds = addedIds;
        _ids = new Dictionary<string, int>(words.Count, StringComparer.Ordinal);
        for (var id = 0; id < words.Count; id++)
        {
            if (!_ids.TryAdd(words[id], id))
            {
                throw new ArgumentException($"the word '{words[id]}' occurs twice in the vocabulary", nameof(words));
            }
        }

        _added = addedIds.Select(id => words[id]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The vocabulary, each word at its id.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Number of tokens in the vocabulary, the unknown token included.</summary>
    public int VocabularySize => Words.Count;

    /// <summary>Id of the unknown token.</summary>
    public int UnknownId { get; }

    /// <summary>Ids of the added tokens, the unknown token among them when <see cref="Build"/> made it.</summary>
    public IReadOnlyList<int> AddedIds { get; }

    /// <summary>
    /// Makes the vocabulary of a text: the unknown token at id 0, then the most frequent lower-cased words, the most
    /// frequent first, equally frequent ones in ordinal order.
    /// </summary>
    /// <param name="words">The text's words, as they are written.</param>
    /// <param name="vocabularySize">Greatest size of the vocabulary, the unknown token included; at least 2.</param>
    /// <returns>The tokenizer.</returns>
    public static WordTokenizer Build(IEnumerable<string> words, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 2);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var key = Lower(word);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        var kept = counts
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(vocabularySize - 1)
            .Select(entry => entry.Key);
        return new WordTokenizer([UnknownContent, .. kept], 0, [0]);
    }

    /// <summary>Gives a word's token.</summary>
    /// <param name="word">The word as it is written, without white space.</param>
    /// <returns>Its id; <see cref="UnknownId"/> when it is not in the vocabulary.</returns>
    public int Encode(string word) => _ids.GetValueOrDefault(_added.Contains(word) ? word : Lower(word), UnknownId);

    /// <summary>Gives the tokens of words, one for each.</summary>
    /// <param name="words">The words as they are written.</param>
    /// <returns>Their ids, <c>[words]</c>.</returns>
    public int[] Encode(IReadOnlyList<string> words)
    {
        var ids = new int[words.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = Encode(words[i]);
        }

        return ids;
    }

    /// <summary>Gives the tokens of a text whose words are set apart by white space.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The ids of its words.</returns>
    public int[] EncodeText(string text) => Encode(text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, TokenSpans into)
    {
        for (var start = 0; start < text.Length; start++)
        {
            if (char.IsWhiteSpace(text[start]))
            {
                continue;
            }

            var end = start + 1;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            into.Add(Encode(text[start..end].ToString()), start, end);
            start = end;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"WordLevel tokenizer, {VocabularySize} words";

    // The dotted capital I is the one letter that Unicode lower-cases, outside any language, to two characters.
    private static string Lower(string word) => word.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
}
