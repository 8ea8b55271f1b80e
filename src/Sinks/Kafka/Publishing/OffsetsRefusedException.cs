using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>The broker does not take a group's offsets, however often: the membership under which they were received is over.</summary>
public sealed class OffsetsRefusedException : PublishException
{
    internal OffsetsRefusedException(string group, KafkaFailureException inner)
        : base($"the offsets of group {group} are not taken: {inner.Message.TrimEnd('.')}. Another member has the work now; nothing of this transaction is seen", inner)
    {
    }
}
