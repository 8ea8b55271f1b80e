namespace Emergence.Stages.Tokens;

/// <summary>
/// The training text as one endless sequence of tokens: pass after pass over the documents, each pass in its own seeded
/// order, one document directly after the other. A position in it always names the same token, so that every checkpoint
/// is given the same text and a resumed run can start anywhere. Immutable; may be read from several threads.
/// </summary>
public sealed class TrainingStream
{
    private readonly ulong _seed;
    private volatile Pass? _pass;

    /// <summary>Makes the stream of a text.</summary>
    /// <param name="documents">At least one document; their order matters, as <see cref="RowSource.Document"/> indexes it.</param>
    /// <param name="seed">Seed of the passes' orders.</param>
    /// <exception cref="ArgumentException">There is no document, or an empty one.</exception>
    public TrainingStream(IReadOnlyList<TokenDocument> documents, ulong seed)
    {
        if (documents.Count == 0 || documents.Any(d => d.Tokens.Length == 0))
        {
            throw new ArgumentException("a training stream needs at least one document and no empty one", nameof(documents));
        }

        Documents = documents;
        _seed = seed;
        TokenCount = documents.Sum(d => (long)d.Tokens.Length);
    }

    /// <summary>The documents, in the order of their source.</summary>
    public IReadOnlyList<TokenDocument> Documents { get; }

    /// <summary>Tokens of one pass over all documents.</summary>
    public long TokenCount { get; }

    /// <summary>Number of whole batches in one pass over all documents.</summary>
    /// <param name="rows">Rows of a batch.</param>
    /// <param name="length">Tokens of a row.</param>
    /// <returns>How many batches <see cref="Batches"/> gives without using any token twice.</returns>
    public long BatchesPerPass(int rows, int length) => TokenCount / ((long)rows * length);

    /// <summary>
    /// Gives batches of full rows, one after the other from a position. A row's <see cref="RowSource"/> names the document
    /// and the position in it at which the row begins; a row that comes to a document's end runs on into the next.
    /// </summary>
    /// <param name="rows">Rows of a batch, at least 1.</param>
    /// <param name="length">Tokens of a row, at least 1.</param>
    /// <param name="start">Position of the first token, from 0; batch <c>b</c> begins at <c>start + b · rows · length</c>.</param>
    /// <param name="count">How many batches; null for an endless sequence.</param>
    /// <returns>The batches; every enumeration begins anew at <paramref name="start"/>.</returns>
    public IEnumerable<TokenBatch> Batches(int rows, int length, long start = 0, long? count = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        return Enumerate();

        IEnumerable<TokenBatch> Enumerate()
        {
            for (long b = 0; count is null || b < count; b++)
            {
                yield return Read(checked(start + (b * rows * length)), rows, length);
            }
        }
    }

    /// <summary>Gives the one batch that begins at a position.</summary>
    /// <param name="position">Position of its first token, from 0.</param>
    /// <param name="rows">Rows of the batch, at least 1.</param>
    /// <param name="length">Tokens of a row, at least 1.</param>
    /// <returns>The batch, all rows full.</returns>
    public TokenBatch Read(long position, int rows, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var tokens = new long[checked(rows * length)];
        var sources = new RowSource[rows];
        var (pass, slot, offset) = Find(position);
        for (var row = 0; row < rows; row++)
        {
            sources[row] = new RowSource(pass.Order[slot], offset, length);
            var target = tokens.AsSpan(row * length, length);
            while (target.Length > 0)
            {
                var document = Documents[pass.Order[slot]].Tokens;
                var taken = Math.Min(target.Length, document.Length - offset);
                for (var i = 0; i < taken; i++)
                {
                    target[i] = document[offset + i];
                }

                target = target[taken..];
                offset += taken;
                if (offset == document.Length)
                {
                    offset = 0;
                    slot++;
                    if (slot == pass.Order.Length)
                    {
                        slot = 0;
                        pass = PassAt(pass.Number + 1);
                    }
                }
            }
        }

        return new TokenBatch(tokens, length, sources);
    }

    private (Pass Pass, int Slot, int Offset) Find(long position)
    {
        var pass = PassAt(position / TokenCount);
        var inPass = position % TokenCount;
        var slot = Array.BinarySearch(pass.FirstToken, inPass);
        if (slot < 0)
        {
            slot = ~slot - 1;
        }

        return (pass, slot, (int)(inPass - pass.FirstToken[slot]));
    }

    private Pass PassAt(long number)
    {
        if (_pass is { } current && current.Number == number)
        {
            return current;
        }

        var order = SeededOrder.Permutation(Documents.Count, _seed, number);
        var first = new long[order.Length];
        for (var i = 1; i < order.Length; i++)
        {
            first[i] = first[i - 1] + Documents[order[i - 1]].Tokens.Length;
        }

        return _pass = new Pass(number, order, first);
    }

    /// <summary>One pass: the documents' order, <c>[documents]</c>, and the position in the pass at which each begins.</summary>
    private sealed record Pass(long Number, int[] Order, long[] FirstToken);
}
