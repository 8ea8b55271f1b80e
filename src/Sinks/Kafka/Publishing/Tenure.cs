using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>
/// A publisher's hold on its run: the transactional id, and how far the run is published as was read since the id is held. Whoever takes the
/// id over fences whoever has it, so before it is taken a second time somebody else's notices are looked for.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="options">What is published.</param>
/// <param name="run">Run name.</param>
/// <param name="transactionalId">The id.</param>
/// <param name="resilience">How calls are tried again.</param>
internal sealed class Tenure(IKafkaClient client, PublishOptions options, string run, string transactionalId, PublishResilience resilience) : IDisposable
{
    private Cursor? _predecessor;
    private bool _wasHeld;
    private bool _isRead;

    /// <summary>The producer.</summary>
    public HeldProducer Held { get; } = new(client, transactionalId, resilience);

    /// <summary>Names this publisher in its notices. Nothing but its being another one's is ever concluded from it.</summary>
    public string Publisher { get; } = Guid.NewGuid().ToString("N");

    /// <summary>How far the run was published when that was last read; null before the first commit.</summary>
    public Cursor? Cursor { get; private set; }

    /// <summary>Whether the newest notice that was read is this publisher's.</summary>
    public bool IsOwn => IsMine(Cursor);

    /// <summary>Takes the id where it is not held, and reads the cursor where that is not known.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the cursor has been read anew.</returns>
    /// <exception cref="BadInputException">What stands there is no record of a commit.</exception>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (!Held.IsOpen)
        {
            _isRead = false;
            if (_wasHeld)
            {
                await LookForSuccessorAsync(cancellationToken).ConfigureAwait(false);
            }

            await Held.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_isRead)
        {
            return false;
        }

        Cursor = await ReadCursorAsync(cancellationToken).ConfigureAwait(false);
        if (!_wasHeld)
        {
            (_predecessor, _wasHeld) = (Cursor, true);
        }

        return _isRead = true;
    }

    /// <summary>The cursor has to be read again: whether a commit went through is not known.</summary>
    public void Doubt() => _isRead = false;

    /// <summary>Reads how far the run is published, and changes nothing.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadInputException">What stands there is no record of a commit.</exception>
    public Task<Cursor?> ReadCursorAsync(CancellationToken cancellationToken) => ReadAsync(Publishing.Cursor.ReadAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Held.Dispose();

    /// <summary>
    /// A process that was cut off, or stopped for a while, cannot tell by its failures whether the broker ended its transaction or another
    /// process took over. When that has published since, this one leaves it alone. Transactions are not waited for: one that is open
    /// is this publisher's own, or there is no successor yet.
    /// </summary>
    private async Task LookForSuccessorAsync(CancellationToken cancellationToken)
    {
        var newest = await ReadAsync(Publishing.Cursor.GlimpseAsync, cancellationToken).ConfigureAwait(false);
        if (newest is not null && newest.Place != _predecessor?.Place && !IsMine(newest))
        {
            throw new KafkaFailureException(FailureKind.Fenced, "Successor", $"commit {newest.Notice.Sequence} of \"{newest.Notice.Key}\" was published by another process meanwhile");
        }
    }

    private bool IsMine(Cursor? cursor) => cursor?.Notice.Publisher == Publisher;

    private async Task<Cursor?> ReadAsync(Func<IKafkaClient, string, string, string?, CancellationToken, Task<Cursor?>> read, CancellationToken cancellationToken)
    {
        Cursor? cursor = null;
        await HeldProducer.CallAsync(
            resilience.Cursor,
            async cancellation => cursor = await read(client, options.Topics.Commits, run, options.Group, cancellation).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return cursor;
    }
}
