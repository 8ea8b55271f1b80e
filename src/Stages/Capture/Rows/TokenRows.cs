using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Capture.Rows;

/// <summary>Rows of token ids that go through a model, each on its own.</summary>
/// <param name="Path">The file they come from, for messages.</param>
/// <param name="Rows">The rows, none empty.</param>
/// <param name="IsTable">Whether the file holds rows of one length, and not one sequence or rows of several lengths.</param>
public sealed record TokenRows(string Path, IReadOnlyList<ReadOnlyMemory<int>> Rows, bool IsTable)
{
    /// <summary>Tokens of the longest row.</summary>
    public int Longest => Rows.Max(r => r.Length);

    /// <summary>Number of tokens.</summary>
    public long TokenCount => Rows.Sum(r => (long)r.Length);

    /// <summary>Cuts every row into rows of at most so many tokens.</summary>
    /// <param name="length">At least 1.</param>
    public TokenRows Cut(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return Longest <= length ? this : new TokenRows(Path, [.. Rows.SelectMany(r => Pieces(r, length))], IsTable: false);
    }

    /// <summary>Refuses ids that a model does not have, and rows that it does not take.</summary>
    /// <param name="vocabulary">Every id must be below it.</param>
    /// <param name="context">No row may be longer.</param>
    /// <exception cref="BadInputException">Names the first that does not fit.</exception>
    public void RequireFit(int vocabulary, int context)
    {
        for (var row = 0; row < Rows.Count; row++)
        {
            if (Rows[row].Length > context)
            {
                throw new BadInputException(Path, $"row {row}", $"it has {Rows[row].Length} tokens, the model takes {context}", $"Cut the rows with --row-length {context}, or less");
            }

            var ids = Rows[row].Span;
            for (var t = 0; t < ids.Length; t++)
            {
                if ((uint)ids[t] >= (uint)vocabulary)
                {
                    throw new BadInputException(Path, $"row {row}, token {t}", $"id {ids[t]} is not from 0 to {vocabulary - 1}, the model's vocabulary", "Give ids of the tokenizer that the model was trained with");
                }
            }
        }
    }

    /// <summary>The rows as batches, padded to a power of two or to the longest row: few lengths occur, however many the rows have.</summary>
    /// <param name="tokensAtOnce">Tokens of a batch, padding included; a longer row is a batch of its own.</param>
    public IEnumerable<TokenBatch> Batches(int tokensAtOnce)
    {
        var longest = Longest;
        for (var first = 0; first < Rows.Count;)
        {
            var length = PaddedLength(Rows[first].Length, longest);
            var end = first + 1;
            while (end < Rows.Count && (end - first + 1L) * length <= tokensAtOnce && PaddedLength(Rows[end].Length, longest) == length)
            {
                end++;
            }

            var tokens = new long[(end - first) * length];
            var sources = new RowSource[end - first];
            for (var row = first; row < end; row++)
            {
                var ids = Rows[row].Span;
                for (var t = 0; t < ids.Length; t++)
                {
                    tokens[((row - first) * length) + t] = ids[t];
                }

                sources[row - first] = new RowSource(row, 0, ids.Length);
            }

            yield return new TokenBatch(tokens, length, sources);
            first = end;
        }
    }

    private static int PaddedLength(int length, int longest) =>
        (int)Math.Min(longest, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));

    private static IEnumerable<ReadOnlyMemory<int>> Pieces(ReadOnlyMemory<int> row, int length)
    {
        for (var begin = 0; begin < row.Length; begin += length)
        {
            yield return row.Slice(begin, Math.Min(length, row.Length - begin));
        }
    }
}
