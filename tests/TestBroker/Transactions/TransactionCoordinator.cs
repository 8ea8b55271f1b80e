using Emergence.TestBroker.Groups;
using Emergence.TestBroker.Log;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Transactions;

/// <summary>
/// Transactional ids, their producers' epochs and their transactions, with the answers of Apache Kafka 3.x. Called under the broker's lock.
/// Errors of fenced producers are <see cref="ErrorCode.ProducerFenced"/>; APIs translate them for versions that do not know it.
/// </summary>
internal sealed class TransactionCoordinator(BrokerOptions options, TopicStore topics, GroupOffsets offsets)
{
    /// <summary>The last epoch is left for fencing; a producer beyond it gets another id.</summary>
    private const short LastUsableEpoch = short.MaxValue - 1;
    private readonly Dictionary<string, Transaction> _transactions = [];
    private long _nextProducerId = 1000;

    /// <summary>An id for a producer without transactions.</summary>
    public long NewProducerId() => _nextProducerId++;

    /// <summary>Where an id stands; null when it is not known.</summary>
    public TransactionPhase? PhaseOf(string id) => _transactions.GetValueOrDefault(id)?.Phase;

    /// <summary>Takes over an id: a new epoch, and the end of what the former producer left open.</summary>
    /// <param name="id">The transactional id.</param>
    /// <param name="timeout">Longest time a transaction may take.</param>
    /// <param name="expected">Producer id and epoch of a producer that goes on after an error; (-1, -1) from a new one.</param>
    public (ErrorCode Error, long ProducerId, short Epoch) Initialise(string id, TimeSpan timeout, (long ProducerId, short Epoch) expected)
    {
        if (id.Length == 0)
            return (ErrorCode.InvalidRequest, -1, -1);
        if (timeout <= TimeSpan.Zero || timeout > options.MaxTransactionTimeout)
            return (ErrorCode.InvalidTransactionTimeout, -1, -1);
        var known = options.Cheats.HasFlag(Cheats.NoFencing) ? null : _transactions.GetValueOrDefault(id);
        if (known is null)
        {
            var first = new Transaction { ProducerId = NewProducerId(), Epoch = 0, Timeout = timeout };
            _transactions[Key(id, first.ProducerId)] = first;
            return (ErrorCode.None, first.ProducerId, first.Epoch);
        }

        // A zombie is refused before it can do harm to its successor's open transaction.
        if (expected.ProducerId >= 0 && (expected.ProducerId != known.ProducerId || (expected.Epoch != known.Epoch && expected.Epoch != known.LastEpoch)))
            return (ErrorCode.ProducerFenced, -1, -1);
        if (known.IsEnding)
            return (ErrorCode.ConcurrentTransactions, -1, -1);
        if (known.Phase == TransactionPhase.Ongoing)
        {
            Fence(known);
            if (!options.TakeoverAtOnce || known.IsEnding || expected.ProducerId >= 0)
                return (ErrorCode.ConcurrentTransactions, -1, -1);
        }

        known.Timeout = timeout;
        if (expected.ProducerId >= 0 && expected.Epoch == known.LastEpoch && known.LastEpoch >= 0)
            return (ErrorCode.None, known.ProducerId, known.Epoch);
        known.LastEpoch = expected.ProducerId >= 0 ? known.Epoch : (short)-1;
        if (known.Epoch >= LastUsableEpoch)
            (known.ProducerId, known.Epoch) = (NewProducerId(), -1);
        known.Epoch++;
        known.Phase = TransactionPhase.Empty;
        return (ErrorCode.None, known.ProducerId, known.Epoch);
    }

    /// <summary>Makes partitions part of the transaction, and opens it.</summary>
    public ErrorCode AddPartitions(string id, long producerId, short epoch, IEnumerable<(string Topic, int Partition)> partitions)
    {
        if (Check(id, producerId, epoch, out var transaction) is not ErrorCode.None and var error)
            return error;
        Open(transaction);
        transaction.Partitions.AddRange(partitions.Except(transaction.Partitions));
        return ErrorCode.None;
    }

    /// <summary>Makes a group's offsets part of the transaction, and opens it.</summary>
    public ErrorCode AddOffsets(string id, long producerId, short epoch, string group)
    {
        if (Check(id, producerId, epoch, out var transaction) is not ErrorCode.None and var error)
            return error;
        Open(transaction);
        if (!transaction.Groups.Contains(group))
            transaction.Groups.Add(group);
        return ErrorCode.None;
    }

    /// <summary>Whether a batch may open the transaction in a partition: Kafka asks this since 3.6, so that nothing late is left open for ever.</summary>
    public ErrorCode Verify(string id, long producerId, short epoch, string topic, int partition) =>
        Find(id, producerId) is not { } transaction ? ErrorCode.InvalidProducerIdMapping
        : epoch != transaction.Epoch ? ErrorCode.InvalidProducerEpoch
        : transaction.Phase == TransactionPhase.Ongoing && transaction.Partitions.Contains((topic, partition)) ? ErrorCode.None
        : ErrorCode.InvalidTransactionState;

    /// <summary>Whether a group's offsets may be sent in the transaction.</summary>
    public ErrorCode VerifyOffsets(string id, long producerId, short epoch, string group) =>
        Find(id, producerId) is not { } transaction ? ErrorCode.InvalidProducerIdMapping
        : epoch != transaction.Epoch ? ErrorCode.InvalidProducerEpoch
        : transaction.Phase == TransactionPhase.Ongoing && transaction.Groups.Contains(group) ? ErrorCode.None
        : ErrorCode.InvalidTransactionState;

    /// <summary>Commits or aborts. Saying the same again is no error.</summary>
    public ErrorCode End(string id, long producerId, short epoch, bool commit)
    {
        if (Find(id, producerId) is not { } transaction)
            return ErrorCode.InvalidProducerIdMapping;
        if (epoch != transaction.Epoch)
            return ErrorCode.ProducerFenced;
        switch (transaction.Phase, commit)
        {
            case (TransactionPhase.Ongoing, _):
                Prepare(transaction, commit);
                return ErrorCode.None;
            case (TransactionPhase.CompleteCommit, true) or (TransactionPhase.CompleteAbort, false):
                return ErrorCode.None;
            case (TransactionPhase.PrepareCommit, true) or (TransactionPhase.PrepareAbort, false):
                return ErrorCode.ConcurrentTransactions;
            default:
                return ErrorCode.InvalidTransactionState;
        }
    }

    /// <summary>Aborts transactions that have been open for too long, and writes markers that are due.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Expire()
    {
        var (now, any) = (options.Clock.GetUtcNow(), false);
        foreach (var transaction in _transactions.Values)
        {
            if (transaction.Phase == TransactionPhase.Ongoing && now - transaction.Since >= transaction.Timeout)
            {
                Fence(transaction);
                any = true;
            }

            if (transaction.IsEnding && now >= transaction.MarkersAt)
            {
                Complete(transaction);
                any = true;
            }
        }

        return any;
    }

    private ErrorCode Check(string id, long producerId, short epoch, out Transaction transaction)
    {
        transaction = Find(id, producerId)!;
        return transaction is null ? ErrorCode.InvalidProducerIdMapping
            : epoch != transaction.Epoch ? ErrorCode.ProducerFenced
            : transaction.IsEnding ? ErrorCode.ConcurrentTransactions
            : ErrorCode.None;
    }

    private Transaction? Find(string id, long producerId) =>
        _transactions.TryGetValue(Key(id, producerId), out var transaction) && transaction.ProducerId == producerId ? transaction : null;

    /// <summary>Without fencing, every producer of an id has a transaction of its own.</summary>
    private string Key(string id, long producerId) => options.Cheats.HasFlag(Cheats.NoFencing) ? $"{id}#{producerId}" : id;

    private void Open(Transaction transaction)
    {
        if (transaction.Phase == TransactionPhase.Ongoing)
            return;
        transaction.Phase = TransactionPhase.Ongoing;
        transaction.Since = options.Clock.GetUtcNow();
    }

    /// <summary>Aborts under a new epoch, which no producer is ever told: the one that was here is out.</summary>
    private void Fence(Transaction transaction)
    {
        transaction.Epoch++;
        transaction.LastEpoch = -1;
        Prepare(transaction, commit: false);
    }

    private void Prepare(Transaction transaction, bool commit)
    {
        transaction.Phase = commit ? TransactionPhase.PrepareCommit : TransactionPhase.PrepareAbort;
        transaction.MarkersAt = options.Clock.GetUtcNow() + options.MarkerDelay;
        if (options.MarkerDelay <= TimeSpan.Zero)
            Complete(transaction);
    }

    private void Complete(Transaction transaction)
    {
        var commit = transaction.Phase == TransactionPhase.PrepareCommit;
        var (now, left) = (options.Clock.GetUtcNow(), transaction.Partitions.Count);
        foreach (var (topic, partition) in transaction.Partitions)
        {
            var whole = !options.Cheats.HasFlag(Cheats.CommitByHalves) || left-- == transaction.Partitions.Count;
            topics.Find(topic, partition)?.End(transaction.ProducerId, transaction.Epoch, commit && whole, now);
        }

        foreach (var group in transaction.Groups)
            offsets.End(group, transaction.ProducerId, commit);
        transaction.Partitions.Clear();
        transaction.Groups.Clear();
        transaction.Phase = commit ? TransactionPhase.CompleteCommit : TransactionPhase.CompleteAbort;
    }
}
