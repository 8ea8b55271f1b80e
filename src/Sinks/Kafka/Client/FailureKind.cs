namespace Emergence.Sinks.Kafka.Client;

/// <summary>What can be done about a failure of the client.</summary>
public enum FailureKind
{
    /// <summary>The same call may be made again, as it is; what it began may have been done.</summary>
    Retriable,

    /// <summary>The transaction must be aborted; then it may be begun again from its first message.</summary>
    Abortable,

    /// <summary>The producer is of no use any more; a new one may go on.</summary>
    ProducerLost,

    /// <summary>Another producer has taken over this transactional id: this one must stop for good.</summary>
    Fenced,

    /// <summary>Trying again does not help: wrong credentials, no permission, a topic that is not there, a message that is too large.</summary>
    Misconfigured,
}
