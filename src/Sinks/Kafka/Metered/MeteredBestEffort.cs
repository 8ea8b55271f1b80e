using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Metered;

/// <summary>Counts what is handed to a producer that may lose messages.</summary>
internal sealed class MeteredBestEffort(IBestEffortProducer producer) : IBestEffortProducer
{
    public long Lost => producer.Lost;

    public void Send(KafkaMessage message)
    {
        producer.Send(message);
        KafkaInstruments.Sent.Add(1, Tag.Kafka, Tag.Of(message.Topic), Tag.Send);
        KafkaInstruments.SentBytes.Add(message.Value.Length, Tag.Kafka, Tag.Of(message.Topic));
    }

    public void Dispose() => producer.Dispose();
}
