using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Confluent;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

/// <summary>The real client over a mock cluster, with a watchdog: a test that hangs fails.</summary>
internal sealed class ClientUnderTest : IDisposable
{
    private readonly CancellationTokenSource _watchdog = new(TimeSpan.FromSeconds(60));

    public ClientUnderTest(int brokers = 1, IReadOnlyDictionary<string, string>? properties = null, Action<string>? log = null, TimeSpan? patience = null)
    {
        Cluster = MockCluster.Start(brokers);
        Settings = new KafkaSettings { Servers = Cluster.Servers, Properties = properties ?? new Dictionary<string, string>() };
        KafkaClientLibrary.UseMachineLibrary();
        Client = new ConfluentClient(Settings, log, patience);
    }

    public MockCluster Cluster { get; }

    public KafkaSettings Settings { get; }

    public IKafkaClient Client { get; }

    public CancellationToken Watchdog => _watchdog.Token;

    public static KafkaMessage Message(string topic, string key, string value, params (string Name, string Value)[] headers) =>
        new(topic, key, System.Text.Encoding.UTF8.GetBytes(value), [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]);

    public async Task<List<ReceivedMessage>> ReadAsync(string topic)
    {
        var messages = new List<ReceivedMessage>();
        await foreach (var message in Client.ReadToEndAsync(topic, Watchdog))
            messages.Add(message);
        return messages;
    }

    public async Task<ITransactionalProducer> ProducerAsync(string id = "t")
    {
        var producer = Client.OpenTransactional(id);
        await producer.InitialiseAsync(Watchdog);
        return producer;
    }

    public void Dispose()
    {
        Client.Dispose();
        Cluster.Dispose();
        _watchdog.Dispose();
    }
}
