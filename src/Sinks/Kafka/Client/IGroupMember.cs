namespace Emergence.Sinks.Kafka.Client;

/// <summary>What works on the messages that a consumer group gives this process.</summary>
public interface IGroupMember
{
    /// <summary>
    /// Works on a message. The next one of the same partition comes when this call has ended, those of other partitions meanwhile.
    /// An exception ends the membership and is passed on.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="membership">Proof of the membership, for the transaction that carries the result.</param>
    /// <param name="revoked">The partition goes to another member: end soon, with <see cref="OperationCanceledException"/>; the group waits for it.</param>
    Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked);

    /// <summary>A partition goes to another member; whatever was kept for it must be let go of before the call ends, because the other begins then.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="partition">Partition. Nothing of it is being worked on.</param>
    /// <param name="lost">Whether the other may have begun already.</param>
    Task GiveUpAsync(string topic, int partition, bool lost);
}
