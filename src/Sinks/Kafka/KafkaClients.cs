using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Confluent;
using Emergence.Sinks.Kafka.Metered;

namespace Emergence.Sinks.Kafka;

/// <summary>Makes the real client, over librdkafka, measured.</summary>
public static class KafkaClients
{
    /// <summary>Makes a client; with real brokers nothing is connected yet.</summary>
    /// <param name="settings">How to reach them; <see cref="Settings.ServerList.Embedded"/> starts a cluster in this process, which lives as long as the client and keeps nothing.</param>
    /// <param name="log">Takes what the library logs, without secrets, on any thread; null drops it. Nothing is ever printed by the library.</param>
    /// <exception cref="KafkaFailureException">A property is refused by the library, or the embedded cluster does not start.</exception>
    /// <exception cref="DllNotFoundException">librdkafka is not on this machine.</exception>
    public static IKafkaClient Connect(KafkaSettings settings, Action<string>? log = null)
    {
        KafkaClientLibrary.UseMachineLibrary();
        return new MeteredKafkaClient(new ConfluentClient(settings, log), TimeProvider.System);
    }
}
