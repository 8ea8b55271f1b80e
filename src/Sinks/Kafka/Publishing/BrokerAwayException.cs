namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>The broker has been away for longer than the caller wants to wait.</summary>
public sealed class BrokerAwayException : PublishException
{
    internal BrokerAwayException(string servers, TimeSpan waited, string reason, Exception inner)
        : base(
            $"Kafka{(servers.Length > 0 ? $" at {servers}" : "")} could not be used{(waited > TimeSpan.FromSeconds(1) ? $" for {Math.Round(waited.TotalSeconds)} s" : "")}: {reason.TrimEnd('.')}. "
            + "Check that it runs and that --kafka names it (doctor --kafka … looks at each part). Nothing committed is lost: it is in the run folder, and publish sends what is not in the topics",
            inner)
    {
    }
}
