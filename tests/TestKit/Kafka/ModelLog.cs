using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>
/// A transactional log in memory, as far as clients can tell one from Kafka: partitions chosen by key, offsets that count markers, transactional
/// ids with epochs that fence older producers, transactions that end by commit, abort, take-over or time-out, readers that see what is committed
/// and wait for what is open, and groups' offsets as part of transactions. Safe from several threads.
/// </summary>
/// <param name="time">The clock that transactions time out by.</param>
/// <param name="partitions">Partitions of a topic.</param>
public sealed class ModelLog(TimeProvider time, int partitions = 3)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ModelPartition[]> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelProducerState> _producers = [];
    private readonly Dictionary<(string Group, string Topic, int Partition), long> _offsets = [];
    private readonly Dictionary<string, int> _generations = [];
    private readonly Dictionary<string, ModelGroup> _groups = [];
    private TaskCompletionSource _changed = New();

    /// <summary>Longest life of a transaction.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest value of a message.</summary>
    public int LargestMessage { get; init; } = 1_048_588;

    /// <summary>Whether it answers.</summary>
    public ModelPresence Presence { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Makes topics.</summary>
    /// <param name="topics">Their names.</param>
    public void Create(params IEnumerable<string> topics)
    {
        lock (_lock)
        {
            foreach (var topic in topics)
            {
                _topics.TryAdd(topic, [.. Enumerable.Range(0, partitions).Select(number => new ModelPartition(topic, number))]);
            }
        }
    }

    /// <summary>Gives a topic more partitions. Keys go where they went before: only what names a partition comes to the new ones.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="count">How many it shall have.</param>
    public void Grow(string topic, int count)
    {
        lock (_lock)
        {
            var grown = _topics[topic];
            _topics[topic] = [.. grown, .. Enumerable.Range(grown.Length, count - grown.Length).Select(number => new ModelPartition(topic, number))];
        }
    }

    /// <summary>Makes the client of a process.</summary>
    /// <param name="process">Name of the process.</param>
    /// <param name="faults">Says what goes wrong with a call; null when nothing does.</param>
    public ModelClient Connect(string process = "process", Func<ModelCall, ModelFault?>? faults = null) => new(this, process, faults ?? (_ => null));

    /// <summary>What a reader of committed messages finds in a topic now, by partition.</summary>
    /// <param name="topic">The topic.</param>
    public IReadOnlyList<ReceivedMessage> Committed(string topic)
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            return [.. _topics[topic].SelectMany(p => p.Committed(0, p.End))];
        }
    }

    /// <summary>Number of open transactions.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
            {
                Expire_NeedsLock();
                return _producers.Values.Count(p => p.Open is not null);
            }
        }
    }

    /// <summary>A group's next offset; null before the first.</summary>
    /// <param name="group">The group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    public long? Offset(string group, string topic, int partition)
    {
        lock (_lock)
        {
            return _offsets.TryGetValue((group, topic, partition), out var offset) ? offset : null;
        }
    }

    /// <summary>The members of a group that has been joined.</summary>
    /// <param name="group">The group.</param>
    public IReadOnlyList<string> MembersOf(string group)
    {
        lock (_lock)
        {
            return _groups.TryGetValue(group, out var found) ? found.Members : [];
        }
    }

    /// <summary>Gives a member of a group up for lost; it learns of it, and joins again, after a time.</summary>
    /// <param name="group">The group.</param>
    /// <param name="process">The member's process.</param>
    /// <param name="until">How long it does not know.</param>
    /// <returns>A task that ends when it has joined again.</returns>
    public Task LoseAsync(string group, string process, TimeSpan until)
    {
        ModelGroup? found;
        lock (_lock)
        {
            found = _groups.GetValueOrDefault(group);
        }

        return found?.LoseAsync(process, until) ?? Task.CompletedTask;
    }

    /// <summary>Ends every membership in a group, and makes one that counts.</summary>
    /// <param name="group">The group.</param>
    public IGroupMembership Rebalance(string group)
    {
        lock (_lock)
        {
            return new ModelMembership(group, _generations[group] = _generations.GetValueOrDefault(group) + 1);
        }
    }

    /// <summary>The partition of a key.</summary>
    /// <param name="key">The key.</param>
    public int PartitionOf(string key)
    {
        var hash = 2166136261u;
        foreach (var letter in key)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return (int)(hash % (uint)partitions);
    }

    internal ModelGroup Group(string group, string topic)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue(group, out var found))
            {
                _groups.Add(group, found = new ModelGroup(this, group, topic));
            }

            return found;
        }
    }

    /// <summary>The first committed message of a partition from an offset on; else what to wait for.</summary>
    internal (ReceivedMessage? Message, Task Changed) Next(string topic, int partition, long from)
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            var found = _topics[topic][partition];
            return (found.Committed(from, found.End).FirstOrDefault(), _changed.Task);
        }
    }

    internal IReadOnlyList<TopicDescription> Describe(IReadOnlyCollection<string> topics)
    {
        lock (_lock)
        {
            return [.. topics.Where(_topics.ContainsKey).Select(topic => new TopicDescription(topic, _topics[topic].Length, 1, new Dictionary<string, string>()))];
        }
    }

    internal int TakeOver(string transactionalId)
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            if (!_producers.TryGetValue(transactionalId, out var producer))
            {
                _producers.Add(transactionalId, producer = new ModelProducerState());
            }

            End_NeedsLock(producer, false);
            return ++producer.Epoch;
        }
    }

    internal void Append(string transactionalId, int epoch, KafkaMessage message)
    {
        lock (_lock)
        {
            var transaction = Transaction_NeedsLock(transactionalId, epoch);
            Partition_NeedsLock(message).Append(message, transaction, time.GetUtcNow());
        }
    }

    internal void Append(KafkaMessage message)
    {
        lock (_lock)
        {
            Partition_NeedsLock(message).Append(message, null, time.GetUtcNow());
            Changed_NeedsLock();
        }
    }

    internal void AddOffsets(string transactionalId, int epoch, IReadOnlyCollection<MessagePlace> next, IGroupMembership membership)
    {
        lock (_lock)
        {
            var transaction = Transaction_NeedsLock(transactionalId, epoch);
            if (membership is not IGenerationalMembership member || Generation_NeedsLock(member.Group) != member.Generation)
            {
                throw new KafkaFailureException(FailureKind.Abortable, "IllegalGeneration", "the membership is over");
            }

            transaction.Offsets.AddRange(next.Select(place => (member.Group, place)));
        }
    }

    internal void End(string transactionalId, int epoch, bool commit)
    {
        lock (_lock)
        {
            End_NeedsLock(Producer_NeedsLock(transactionalId, epoch), commit);
        }
    }

    internal void CheckEpoch(string transactionalId, int epoch)
    {
        lock (_lock)
        {
            Producer_NeedsLock(transactionalId, epoch);
        }
    }

    /// <summary>The ends of a topic's partitions at this moment.</summary>
    internal long[] Ends(string topic)
    {
        lock (_lock)
        {
            return _topics.TryGetValue(topic, out var all)
                ? [.. all.Select(p => p.End)]
                : throw new KafkaFailureException(FailureKind.Misconfigured, "UnknownTopicOrPart", $"there is no topic {topic}");
        }
    }

    /// <summary>What is committed in a topic between offsets; or what to wait for, and until when at the longest.</summary>
    internal (IReadOnlyList<ReceivedMessage> Messages, long[] Next, Task Changed, TimeSpan? Open) Read(string topic, long[] from, long[] end)
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            var all = _topics[topic];
            var open = all.SelectMany(p => p.OpenBefore(end.Length == 0 ? p.End : end[Array.IndexOf(all, p)])).Select(t => t.Begun + TransactionTimeout - time.GetUtcNow()).Order().ToList();
            var messages = all.SelectMany((p, i) => p.Committed(from[i], end.Length == 0 ? p.End : end[i])).ToList();
            return (messages, [.. all.Select(p => p.Stable)], _changed.Task, open.Count == 0 ? null : open[0]);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ModelPartition Partition_NeedsLock(KafkaMessage message)
    {
        if (!_topics.TryGetValue(message.Topic, out var all))
        {
            throw new KafkaFailureException(FailureKind.Misconfigured, "UnknownTopicOrPart", $"there is no topic {message.Topic}");
        }

        return message.Value.Length <= LargestMessage
            ? all[message.Partition ?? PartitionOf(message.Key)]
            : throw new KafkaFailureException(FailureKind.Misconfigured, "MsgSizeTooLarge", $"a message of {message.Value.Length} bytes is too large");
    }

    private ModelProducerState Producer_NeedsLock(string transactionalId, int epoch)
    {
        Expire_NeedsLock();
        var producer = _producers[transactionalId];
        if (producer.Epoch != epoch)
        {
            throw producer.ExpiredEpoch == epoch
                ? new KafkaFailureException(FailureKind.ProducerLost, "InvalidProducerEpoch", "the transaction took too long")
                : new KafkaFailureException(FailureKind.Fenced, "ProducerFenced", "another producer has taken over");
        }

        return producer;
    }

    private ModelTransaction Transaction_NeedsLock(string transactionalId, int epoch) =>
        Producer_NeedsLock(transactionalId, epoch).Open ??= new ModelTransaction(time.GetUtcNow());

    private int Generation_NeedsLock(string group) => _groups.TryGetValue(group, out var found) ? found.Generation : _generations.GetValueOrDefault(group);

    private void Expire_NeedsLock()
    {
        foreach (var producer in _producers.Values.Where(p => p.Open is { } open && time.GetUtcNow() - open.Begun >= TransactionTimeout))
        {
            End_NeedsLock(producer, false);
            producer.ExpiredEpoch = producer.Epoch++;
        }
    }

    private void End_NeedsLock(ModelProducerState producer, bool commit)
    {
        if (producer.Open is not { } transaction)
        {
            return;
        }

        transaction.Committed = commit;
        producer.Open = null;
        foreach (var partition in transaction.Partitions)
        {
            partition.Mark(transaction);
        }

        foreach (var (group, next) in commit ? transaction.Offsets : [])
        {
            _offsets[(group, next.Topic, next.Partition)] = next.Offset;
        }

        Changed_NeedsLock();
    }

    private void Changed_NeedsLock()
    {
        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }
}
