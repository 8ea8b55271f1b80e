namespace Emergence.Sinks.Kafka.Client;

/// <summary>A producer whose messages may be lost: it never waits and never fails.</summary>
public interface IBestEffortProducer : IDisposable
{
    /// <summary>Queues a message; drops it when the queue is full or the broker has been away for long.</summary>
    /// <param name="message">The message; its bytes may be used again when the call has ended.</param>
    void Send(KafkaMessage message);

    /// <summary>Messages that were dropped or not acknowledged until now.</summary>
    long Lost { get; }
}
