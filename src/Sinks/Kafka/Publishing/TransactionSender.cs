using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>
/// Sends transactions that are not a run's commits: announcements, and offsets of messages that are passed over. Whatever fails, a new producer
/// ends what the old one left open, and what is in the topics is read before anything is sent again. One caller at a time.
/// </summary>
public sealed class TransactionSender : IDisposable
{
    private readonly IKafkaClient _client;
    private readonly string _id;
    private readonly string _name;
    private readonly Func<CancellationToken, Task> _readBack;
    private readonly BrokerHealth _health;
    private readonly PublishResilience _resilience;
    private ITransactionalProducer? _producer;

    /// <summary>Makes one. Connects to nothing yet.</summary>
    /// <param name="client">The client; not disposed.</param>
    /// <param name="transactionalId">Its transactional id.</param>
    /// <param name="name">What it sends, for messages.</param>
    /// <param name="readBack">Reads what is in the topics; called whenever the id has been taken over.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told when the broker goes and comes back.</param>
    /// <param name="random">Numbers from 0 to 1 that spread the pauses before something is tried again; null takes the machine's.</param>
    public TransactionSender(
        IKafkaClient client, string transactionalId, string name, Func<CancellationToken, Task> readBack, TimeProvider time, Action<PublishEvent> tell, Func<double>? random = null)
    {
        (_client, _id, _name, _readBack) = (client, transactionalId, name, readBack);
        _health = new BrokerHealth(null, time, tell);
        _resilience = new PublishResilience(_health, time, random ?? Random.Shared.NextDouble);
    }

    /// <summary>Takes over the transactional id and reads what is in the topics.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PublishException">Another process has taken over, or the broker refuses it.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => RepeatAsync(OpenOnceAsync, cancellationToken);

    /// <summary>Reads something, again and again while the broker does not answer.</summary>
    /// <param name="read">Reads it from the beginning.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PublishException">The broker refuses it.</exception>
    public Task ReadAsync(Func<CancellationToken, Task> read, CancellationToken cancellationToken) => RepeatAsync(read, cancellationToken);

    /// <summary>Sends messages in one transaction.</summary>
    /// <param name="isSent">Whether they are in the topics already; asked before each attempt.</param>
    /// <param name="messages">Makes the messages; called for each attempt, when the topics have been read.</param>
    /// <param name="cancellationToken">Gives up; whether they were sent is not known then.</param>
    /// <exception cref="PublishException">Another process has taken over, or the broker refuses it.</exception>
    public Task SendAsync(Func<bool> isSent, Func<IReadOnlyList<KafkaMessage>> messages, CancellationToken cancellationToken) => RepeatAsync(
        async cancellation =>
        {
            await OpenOnceAsync(cancellation).ConfigureAwait(false);
            if (!isSent())
            {
                await TransactAsync(
                    async producer =>
                    {
                        foreach (var message in messages())
                        {
                            await producer.SendAsync(message, cancellation).ConfigureAwait(false);
                        }
                    },
                    cancellation).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>Commits a group's offsets in a transaction of their own.</summary>
    /// <param name="next">For each partition the offset of the next message that is to be worked on.</param>
    /// <param name="membership">Proof of the membership under which the messages were received.</param>
    /// <param name="cancellationToken">Gives up; whether they were committed is not known then.</param>
    /// <exception cref="PublishException">Another process has taken over, the broker refuses it, or the membership is over (<see cref="OffsetsRefusedException"/>).</exception>
    public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken)
    {
        var offsets = new OffsetsToCommit(next, membership);
        return RepeatAsync(
            async cancellation =>
            {
                await OpenOnceAsync(cancellation).ConfigureAwait(false);
                await TransactAsync(producer => offsets.SendAsync(producer, cancellation), cancellation).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>Lets go of the producer. A transaction in work is never seen.</summary>
    public void Dispose() => Drop();

    private async Task TransactAsync(Func<ITransactionalProducer, Task> send, CancellationToken cancellationToken)
    {
        var producer = _producer!;
        try
        {
            producer.Begin();
            await send(producer).ConfigureAwait(false);
            await _resilience.Commit.ExecuteAsync(async cancellation => await producer.CommitAsync(cancellation).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            _health.Worked();
        }
        catch
        {
            // Rare and small: nothing is aborted or counted on, the next producer ends it.
            Drop();
            throw;
        }
    }

    private async Task OpenOnceAsync(CancellationToken cancellationToken)
    {
        if (_producer is not null)
        {
            return;
        }

        var producer = _client.OpenTransactional(_id);
        try
        {
            await _resilience.Connect.ExecuteAsync(async cancellation => await producer.InitialiseAsync(cancellation).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            await _resilience.Cursor.ExecuteAsync(async cancellation => await _readBack(cancellation).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            _health.Worked();
            _producer = producer;
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> attempt, CancellationToken cancellationToken)
    {
        try
        {
            await _resilience.Steps.ExecuteAsync(async cancellation => await attempt(cancellation).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Fenced)
        {
            throw new PublisherFencedException(_id, _name, e);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Misconfigured)
        {
            throw new PublishRefusedException(e);
        }
    }

    private void Drop()
    {
        _producer?.Dispose();
        _producer = null;
    }
}
