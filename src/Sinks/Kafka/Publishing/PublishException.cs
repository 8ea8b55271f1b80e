namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Publishing cannot go on. What is not published is in the run folder.</summary>
public abstract class PublishException : Exception
{
    private protected PublishException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
