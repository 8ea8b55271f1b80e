using System.Text;
using System.Text.Json.Nodes;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>
/// Trains small BPE vocabularies. It pairs over whole lines, not over words, so that a tokenizer that fails to cut somewhere
/// finds merges to make there.
/// </summary>
internal static class BpeTrainer
{
    /// <summary>Trains a model.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="spell">How a line is written in the vocabulary's characters.</param>
    /// <param name="alphabet">Tokens that the vocabulary begins with.</param>
    /// <param name="merges">Number of merges.</param>
    /// <param name="pairs">Whether merges are written as lists of two tokens.</param>
    public static JsonObject Train(IEnumerable<string> lines, Func<string, string> spell, IEnumerable<string> alphabet, int merges, bool pairs)
    {
        var sequences = lines.Select(line => spell(line).EnumerateRunes().Select(rune => rune.ToString()).ToList()).ToList();
        var vocabulary = new Dictionary<string, int>();
        foreach (var token in alphabet)
        {
            vocabulary.TryAdd(token, vocabulary.Count);
        }

        var written = new JsonArray();
        var done = new HashSet<(string, string)>();
        for (var rank = 0; rank < merges; rank++)
        {
            var counts = new Dictionary<(string Left, string Right), int>();
            foreach (var sequence in sequences)
            {
                for (var i = 0; i + 1 < sequence.Count; i++)
                {
                    if (vocabulary.ContainsKey(sequence[i]) && vocabulary.ContainsKey(sequence[i + 1]))
                    {
                        counts[(sequence[i], sequence[i + 1])] = counts.GetValueOrDefault((sequence[i], sequence[i + 1])) + 1;
                    }
                }
            }

            var best = counts.Where(entry => !done.Contains(entry.Key)).OrderByDescending(entry => entry.Value)
                .ThenBy(entry => entry.Key.Left, StringComparer.Ordinal).ThenBy(entry => entry.Key.Right, StringComparer.Ordinal).First().Key;
            done.Add(best);
            vocabulary.TryAdd(best.Left + best.Right, vocabulary.Count);
            written.Add(pairs ? new JsonArray(best.Left, best.Right) : $"{best.Left} {best.Right}");
            foreach (var sequence in sequences)
            {
                Merge(sequence, best);
            }
        }

        var ids = new JsonObject();
        foreach (var (token, id) in vocabulary)
        {
            ids[token] = id;
        }

        return new() { ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = "", ["vocab"] = ids, ["merges"] = written };
    }

    /// <summary>The characters that a byte-level vocabulary writes bytes as, written down a second time.</summary>
    public static string Bytes(string text)
    {
        var spelled = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            spelled.Append(ByteCharacter(value));
        }

        return spelled.ToString();
    }

    /// <summary>All of them.</summary>
    public static IEnumerable<string> ByteAlphabet => Enumerable.Range(0, 256).Select(value => ByteCharacter((byte)value).ToString());

    private static char ByteCharacter(byte value) => value switch
    {
        <= 32 => (char)(256 + value),
        < 127 => (char)value,
        < 161 => (char)(256 + 33 + value - 127),
        173 => (char)(256 + 67),
        _ => (char)value,
    };

    private static void Merge(List<string> sequence, (string Left, string Right) pair)
    {
        var kept = 0;
        for (var i = 0; i < sequence.Count; i++)
        {
            if (i + 1 < sequence.Count && sequence[i] == pair.Left && sequence[i + 1] == pair.Right)
            {
                sequence[kept++] = pair.Left + pair.Right;
                i++;
            }
            else
            {
                sequence[kept++] = sequence[i];
            }
        }

        sequence.RemoveRange(kept, sequence.Count - kept);
    }
}
