using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>The broker refuses what is published, and would refuse it again.</summary>
public sealed class PublishRefusedException : PublishException
{
    internal PublishRefusedException(KafkaFailureException inner)
        : base(
            $"Kafka refuses it ({inner.Code}): {inner.Message.TrimEnd('.')}. "
            + "Mend that (doctor --kafka … looks at each part). Nothing committed is lost: it is in the run folder, and publish sends what is not in the topics",
            inner)
    {
    }
}
