namespace Emergence.Sinks.Kafka.Client;

/// <summary>
/// Everything the product asks of Kafka: the seam behind which stands the real client, or in tests a model of a transactional log.
/// No call retries what its own library does not; that is decided by the callers. Every call fails with
/// <see cref="KafkaFailureException"/>, or <see cref="OperationCanceledException"/> when it was told to give up.
/// </summary>
public interface IKafkaClient : IDisposable
{
    /// <summary>Makes a producer of transactions. Connects to nothing yet.</summary>
    /// <param name="transactionalId">Names it: a later producer of the same id fences this one.</param>
    ITransactionalProducer OpenTransactional(string transactionalId);

    /// <summary>Makes a producer whose messages may be lost.</summary>
    IBestEffortProducer OpenBestEffort();

    /// <summary>
    /// Reads what is committed in every partition of a topic at the moment of the call, then ends. It waits for open transactions that
    /// stand before the end, other programs' too, so that nothing committed before the call is missed.
    /// </summary>
    /// <param name="topic">The topic; one that is not there is a failure of kind <see cref="FailureKind.Misconfigured"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Messages, in order within a partition.</returns>
    IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string topic, CancellationToken cancellationToken);

    /// <summary>
    /// Reads what is committed in every partition of a topic and stands before the first transaction that is open, then ends. It waits for no
    /// transaction, the caller's own included; what is committed behind an open one is not seen.
    /// </summary>
    /// <param name="topic">The topic; one that is not there is a failure of kind <see cref="FailureKind.Misconfigured"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Messages, in order within a partition.</returns>
    IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Reads what is committed in topics and goes on with what comes, without a consumer group.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="from">Where to begin; a partition that is not named is read from its beginning, as is one that does not hold the offset any more.</param>
    /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Messages, in order within a partition.</returns>
    IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, CancellationToken cancellationToken);

    /// <summary>
    /// Is a member of a consumer group until told to leave, and hands what its partitions hold, from the group's offset (or the
    /// beginning), to <paramref name="member"/>. Keeps up the membership however long the member works on a message.
    /// Offsets are never committed here: <see cref="ITransactionalProducer.SendOffsetsAsync"/> does.
    /// </summary>
    /// <param name="group">Name of the group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="member">Takes the messages.</param>
    /// <param name="leave">Leaves the group: what the member works on is cancelled first.</param>
    Task JoinAsync(string group, string topic, IGroupMember member, CancellationToken leave);

    /// <summary>Says what the broker knows of topics.</summary>
    /// <param name="topics">Their names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each that is there, in the order of the names.</returns>
    Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken);

    /// <summary>Creates topics; one that is there already is left as it is.</summary>
    /// <param name="topics">What they shall be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken);
}
