using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>
/// The membership as it is when it is asked for. A partition's work may outlast a rebalance in which the partition stays here: its results are
/// sent under the newer generation. When the partition goes away the work ends first, so none is sent under a membership that does not have it.
/// </summary>
/// <param name="consumer">The member.</param>
/// <param name="group">Name of the group.</param>
internal sealed class GroupMembership(IConsumer<byte[], byte[]> consumer, string group) : IGroupMembership
{
    /// <inheritdoc/>
    public string Group => group;

    /// <summary>The proof at this moment.</summary>
    public IConsumerGroupMetadata Current() => consumer.ConsumerGroupMetadata;
}
