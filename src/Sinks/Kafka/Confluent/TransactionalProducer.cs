using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>A producer of transactions over librdkafka.</summary>
internal sealed class TransactionalProducer : ITransactionalProducer
{
    private readonly Connection _connection;
    private readonly string _id;
    private readonly IProducer<byte[], ReadOnlyMemory<byte>> _producer;
    private readonly ClientEvents _events;
    private readonly HashSet<string> _known = [];
    private Deliveries _deliveries = new();
    private (long Time, DateTimeOffset At)? _begun;

    /// <summary>Makes the producer; connects to nothing that is waited for.</summary>
    /// <param name="connection">The brokers.</param>
    /// <param name="transactionalId">Its id.</param>
    public TransactionalProducer(Connection connection, string transactionalId)
    {
        _connection = connection;
        _id = transactionalId;
        _producer = connection.Producer(connection.Properties.Transactional(transactionalId), out _events);
    }

    /// <inheritdoc/>
    public Task InitialiseAsync(CancellationToken cancellationToken) =>
        PatientlyAsync($"taking over transactional id {_id}", _connection.Patience, _producer.InitTransactions, cancellationToken);

    /// <inheritdoc/>
    public void Begin()
    {
        try
        {
            _producer.BeginTransaction();
        }
        catch (KafkaException error)
        {
            throw Told(Failures.Of("beginning a transaction", error, _events));
        }

        _deliveries = new();
        _begun = (_connection.Time.GetTimestamp(), _connection.Time.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task SendAsync(KafkaMessage message, CancellationToken cancellationToken)
    {
        var form = MessageForms.ToLibrary(message);
        var deliveries = _deliveries;
        if (_known.Add(message.Topic))
            await MeetAsync(message.Topic).ConfigureAwait(false);
        var looks = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TrySend(message, form, deliveries))
                return;
            // Whether there is room is asked again after the wait is set up: a report in between would go unseen.
            var next = deliveries.NextReport();
            if (TrySend(message, form, deliveries))
                return;
            if (deliveries.Open == 0 && ++looks < Limits.LooksAtFullQueue)
            {
                await Task.Delay(Limits.Poll, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (deliveries.Open == 0)
                throw new KafkaFailureException(FailureKind.Misconfigured, nameof(ErrorCode.Local_QueueFull), $"a message of {message.Value.Length} bytes does not fit into the producer's empty queue: raise queue.buffering.max.kbytes");
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken)
    {
        var member = membership as GroupMembership ?? throw new ArgumentException("it is not a membership of this client", nameof(membership));
        var offsets = next.Select(place => new TopicPartitionOffset(place.Topic, place.Partition, place.Offset)).ToList();
        return PatientlyAsync(
            $"sending offsets of group {membership.Group}",
            _connection.Patience,
            stay => _producer.SendOffsetsToTransaction(offsets, member.Current(), stay * 10),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PatientlyAsync("the commit of a transaction", _connection.CompletionPatience, _producer.CommitTransaction, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Abortable)
        {
            // Says which message failed and why, where the commit says only how many did.
            ThrowIfNotDelivered(_deliveries);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task AbortAsync(CancellationToken cancellationToken) =>
        PatientlyAsync("the abort of a transaction", _connection.CompletionPatience, _producer.AbortTransaction, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();

    // The library looks for the partitions of a topic it has not met once a second; being asked for them it does so at once. Without an
    // answer it goes on looking, and sending is as slow as it would have been.
    private Task MeetAsync(string topic) => OwnThread.RunAsync(() =>
    {
        try
        {
            using var asks = new DependentAdminClientBuilder(_producer.Handle).Build();
            asks.GetMetadata(topic, Limits.Slice);
        }
        catch (KafkaException error)
        {
            _events.OnError(error.Error);
        }
    });

    private bool TrySend(KafkaMessage message, Message<byte[], ReadOnlyMemory<byte>> form, Deliveries deliveries)
    {
        deliveries.Sending();
        try
        {
            _producer.Produce(new TopicPartition(message.Topic, message.Partition is { } partition ? partition : Partition.Any), form, deliveries.Handler);
            return true;
        }
        catch (KafkaException error)
        {
            deliveries.NotSent();
            if (error.Error.Code == ErrorCode.Local_QueueFull)
                return false;
            // A transaction that has failed takes no more messages; that is told here, and not when a report of the failure comes, because
            // the library must know of it before it is asked to abort.
            if (error.Error.Code != ErrorCode.Local_State)
                throw Told(Failures.Of($"sending to {message.Topic}", error, _events));
            ThrowIfNotDelivered(deliveries);
            throw new KafkaFailureException(FailureKind.Abortable, nameof(ErrorCode.Local_State), $"sending to {message.Topic} failed: the transaction has failed already", error);
        }
    }

    private void ThrowIfNotDelivered(Deliveries deliveries)
    {
        if (deliveries.Failure is { } failure)
            throw Told(Failures.Of("a message of the transaction", failure, FailureKind.Abortable, _events));
    }

    private async Task PatientlyAsync(string what, TimeSpan limit, Action<TimeSpan> call, CancellationToken cancellationToken)
    {
        try
        {
            await OwnThread.RunAsync(() => _connection.Patiently(
                what,
                limit,
                _events,
                stay =>
                {
                    call(stay);
                    return true;
                },
                cancellationToken)).ConfigureAwait(false);
        }
        catch (KafkaFailureException failure)
        {
            throw Told(failure);
        }
    }

    // A broker that aborted a transaction because it was open for too long refuses its producer as if another had come.
    private KafkaFailureException Told(KafkaFailureException failure)
    {
        if (failure.Kind != FailureKind.Fenced)
            return failure;
        return IsOutOfTime()
            ? new(FailureKind.ProducerLost, failure.Code, $"the transaction was open for longer than {_connection.TransactionTimeout.TotalSeconds} s (transaction.timeout.ms) and the broker has aborted it, or another program has taken over transactional id {_id}: {failure.Message}", failure)
            : new(FailureKind.Fenced, failure.Code, $"another program has taken over transactional id {_id}: {failure.Message}", failure);
    }

    // The clock of elapsed time stands still while a machine sleeps, and the broker's did not; that of the day may be set. Taking the longer
    // of the two errs towards a lost producer, whose successor is looked for before the id is taken again.
    private bool IsOutOfTime() => _begun is { } begun
        && (_connection.Time.GetElapsedTime(begun.Time) > _connection.TransactionTimeout || _connection.Time.GetUtcNow() - begun.At > _connection.TransactionTimeout);
}
