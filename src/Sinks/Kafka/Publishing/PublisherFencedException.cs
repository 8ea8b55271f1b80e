namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Another process publishes under this run's name now.</summary>
public sealed class PublisherFencedException : PublishException
{
    internal PublisherFencedException(string transactionalId, string run, Exception inner)
        : base(
            $"another process has taken over publishing \"{run}\" (transactional id {transactionalId}): this one must not publish any more. "
            + "Find that process and stop one of the two; if it publishes another run of that name, give one of them another name or another --topic-prefix. "
            + "Nothing committed is lost: it is in the run folder, and publish sends what is not in the topics",
            inner)
    {
    }
}
