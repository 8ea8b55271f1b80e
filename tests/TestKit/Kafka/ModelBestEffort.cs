using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>A producer whose messages get lost whenever something goes wrong.</summary>
internal sealed class ModelBestEffort(ModelClient client, ModelLog log) : IBestEffortProducer
{
    public long Lost { get; private set; }

    public void Send(KafkaMessage message)
    {
        if (log.Presence != ModelPresence.Here)
        {
            Lost++;
            return;
        }

        try
        {
            client.Call(ModelOperation.BestEffort, () => log.Append(message));
        }
        catch (KafkaFailureException)
        {
            Lost++;
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
