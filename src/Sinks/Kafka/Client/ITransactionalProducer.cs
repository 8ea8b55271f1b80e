namespace Emergence.Sinks.Kafka.Client;

/// <summary>
/// A producer of transactions. One caller at a time. Initialise once; then begin, send, send offsets, and commit or abort, again and again.
/// Disposing it in the midst of a transaction leaves that to be aborted by the next producer of the same id, or by the broker's time-out.
/// </summary>
public interface ITransactionalProducer : IDisposable
{
    /// <summary>Takes over the transactional id: older producers are fenced, and a transaction that one of them left open is aborted.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task InitialiseAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction.</summary>
    void Begin();

    /// <summary>Sends a message in the open transaction; waits while the client's own queue is full.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SendAsync(KafkaMessage message, CancellationToken cancellationToken);

    /// <summary>Makes a group's offsets part of the open transaction: they count when it is committed.</summary>
    /// <param name="next">For each partition the offset of the next message that is to be worked on.</param>
    /// <param name="membership">Proof of the membership under which the messages were received.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken);

    /// <summary>Commits: all that was sent since <see cref="Begin"/> becomes visible at once, after every message has been acknowledged.</summary>
    /// <param name="cancellationToken">Gives up; whether it was committed is not known then.</param>
    Task CommitAsync(CancellationToken cancellationToken);

    /// <summary>Aborts: nothing that was sent since <see cref="Begin"/> is ever seen by a reader of what is committed.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task AbortAsync(CancellationToken cancellationToken);
}
