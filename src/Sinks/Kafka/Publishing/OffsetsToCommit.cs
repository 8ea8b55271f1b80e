using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Offsets of a consumer group that become part of a transaction.</summary>
/// <param name="next">For each partition the offset of the next message that is to be worked on.</param>
/// <param name="membership">Proof of the membership under which the messages were received.</param>
internal sealed class OffsetsToCommit(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership)
{
    private int _refusals;

    /// <summary>Makes them part of the open transaction.</summary>
    /// <exception cref="OffsetsRefusedException">They were not taken, too often.</exception>
    public async Task SendAsync(ITransactionalProducer producer, CancellationToken cancellationToken)
    {
        try
        {
            await producer.SendOffsetsAsync(next, membership, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Abortable && ++_refusals >= PublishLimits.OffsetAttempts)
        {
            throw new OffsetsRefusedException(membership.Group, e);
        }
    }
}
