using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>A producer whose messages may be lost: one queue of bounded size, nothing is waited for.</summary>
internal sealed class BestEffortProducer : IBestEffortProducer
{
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(1);
    private readonly IProducer<byte[], ReadOnlyMemory<byte>> _producer;
    private readonly Action<DeliveryReport<byte[], ReadOnlyMemory<byte>>> _onReport;
    private long _lost;

    /// <summary>Makes the producer.</summary>
    /// <param name="connection">The brokers.</param>
    public BestEffortProducer(Connection connection)
    {
        _producer = connection.Producer(connection.Properties.BestEffort(), out _);
        _onReport = report =>
        {
            if (report.Error.IsError)
                Interlocked.Increment(ref _lost);
        };
    }

    /// <inheritdoc/>
    public long Lost => Interlocked.Read(ref _lost);

    /// <inheritdoc/>
    public void Send(KafkaMessage message)
    {
        try
        {
            _producer.Produce(message.Topic, MessageForms.ToLibrary(message), _onReport);
        }
        catch (KafkaException)
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _producer.Flush(Parting);
        _producer.Dispose();
    }
}
