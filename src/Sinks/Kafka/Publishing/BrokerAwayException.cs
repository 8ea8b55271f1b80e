namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>The broker has been away for longer than the caller wants to wait.</summary>
public sealed class BrokerAwayException : PublishException
{
    internal BrokerAwayException(TimeSpan waited, Exception inner)
        : base(
            $"the broker could not be used for {Math.Round(waited.TotalSeconds)} s: {inner.Message.TrimEnd('.')}. "
            + "Check that it runs and that --kafka names it (doctor --kafka … looks at each part). Nothing committed is lost: it is in the run folder, and publish sends what is not in the topics",
            inner)
    {
    }
}
