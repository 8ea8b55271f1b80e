using Emergence.Stages.Tokens.Training;

namespace Emergence.Stages.Tokens;

/// <summary>
/// The training text as one endless sequence of tokens: pass after pass over the documents, each pass in its own seeded
/// order, one document directly after the other. A position in it always names the same token, so that every checkpoint
/// is given the same text and a resumed run can start anywhere. Documents are read when a position needs them; those without
/// tokens are passed over. May be read from several threads, which take turns.
/// </summary>
public sealed class TrainingStream : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ITrainingDocuments _documents;
    private readonly ulong _seed;
    private readonly StreamPass _first;
    private StreamPass? _later;
    private long _tokenCount = -1;

    /// <summary>Makes the stream of documents in memory.</summary>
    /// <param name="documents">At least one document; their order matters, as <see cref="RowSource.Document"/> indexes it.</param>
    /// <param name="seed">Seed of the passes' orders.</param>
    /// <exception cref="ArgumentException">There is no document, or an empty one.</exception>
    public TrainingStream(IReadOnlyList<TokenDocument> documents, ulong seed)
        : this(new MemoryDocuments(documents), seed)
    {
        if (documents.Any(d => d.Tokens.Length == 0))
        {
            throw new ArgumentException("a training stream has no empty document", nameof(documents));
        }
    }

    /// <summary>Makes the stream of documents that are read when they are needed.</summary>
    /// <param name="documents">At least one document; owned by the stream from now on.</param>
    /// <param name="seed">Seed of the passes' orders.</param>
    /// <exception cref="ArgumentException">There is no document.</exception>
    public TrainingStream(ITrainingDocuments documents, ulong seed)
    {
        if (documents.Count == 0)
        {
            throw new ArgumentException("a training stream needs at least one document", nameof(documents));
        }

        _documents = documents;
        _seed = seed;
        _first = new StreamPass(0, documents, seed);
    }

    /// <summary>Whether there is a token at all. Reads documents until it finds one.</summary>
    public bool HasTokens
    {
        get
        {
            lock (_gate)
            {
                return _first.Reaches(0);
            }
        }
    }

    /// <summary>Tokens of one pass over all documents. Reads and tokenises all of them.</summary>
    public long TokenCount
    {
        get
        {
            lock (_gate)
            {
                return TokenCount_NeedsLock();
            }
        }
    }

    /// <summary>Number of whole batches in one pass over all documents. Reads and tokenises all of them.</summary>
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
    /// <exception cref="Input.BadInputException">A file of the text has changed or cannot be read any more.</exception>
    /// <exception cref="InvalidOperationException">No document has a token.</exception>
    public TokenBatch Read(long position, int rows, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var tokens = new long[checked(rows * length)];
        var sources = new RowSource[rows];
        lock (_gate)
        {
            var (pass, slot, offset) = Find_NeedsLock(position);
            for (var row = 0; row < rows; row++)
            {
                // A document ends at the row's beginning too when the row before took its last token.
                (pass, slot, offset) = Next_NeedsLock(pass, slot, offset);
                sources[row] = new RowSource(pass.Document(slot), offset, length);
                var target = tokens.AsSpan(row * length, length);
                while (target.Length > 0)
                {
                    (pass, slot, offset) = Next_NeedsLock(pass, slot, offset);
                    var taken = Math.Min(target.Length, pass.Length(slot) - offset);
                    _documents.Copy(pass.Document(slot), offset, target[..taken]);
                    target = target[taken..];
                    offset += taken;
                }
            }
        }

        return new TokenBatch(tokens, length, sources);
    }

    /// <inheritdoc/>
    public void Dispose() => _documents.Dispose();

    private (StreamPass Pass, int Slot, int Offset) Next_NeedsLock(StreamPass pass, int slot, int offset)
    {
        if (offset < pass.Length(slot))
        {
            return (pass, slot, offset);
        }

        if (pass.Has(slot + 1))
        {
            return (pass, slot + 1, 0);
        }

        // This pass had a token, so the next one has it too.
        var next = PassAt_NeedsLock(pass.Number + 1);
        next.Has(0);
        return (next, 0, 0);
    }

    private (StreamPass Pass, int Slot, int Offset) Find_NeedsLock(long position)
    {
        var pass = _first;
        if (!pass.Reaches(position))
        {
            // The first pass is through, so its length is known; a later pass is as long.
            var count = TokenCount_NeedsLock();
            if (count == 0)
            {
                throw new InvalidOperationException("no document of the training text has a token");
            }

            pass = PassAt_NeedsLock(position / count);
            position %= count;
        }

        var (slot, offset) = pass.Find(position);
        return (pass, slot, offset);
    }

    private long TokenCount_NeedsLock()
    {
        if (_tokenCount < 0)
        {
            _first.ReadAll();
            _tokenCount = _first.End;
        }

        return _tokenCount;
    }

    private StreamPass PassAt_NeedsLock(long number)
    {
        if (number == 0)
        {
            return _first;
        }

        return _later?.Number == number ? _later : _later = new StreamPass(number, _documents, _seed);
    }
}
