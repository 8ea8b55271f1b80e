using Confluent.Kafka;
using Emergence.Sinks.Kafka;

namespace Emergence.Sinks.Tests.Kafka;

public sealed class KafkaClientLibraryTests
{
    [Fact]
    public void The_machines_library_says_its_version()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", KafkaClientLibrary.Version());
        Assert.Equal(KafkaClientLibrary.Version(), KafkaClientLibrary.Version());
    }

    [Fact]
    public void A_client_can_be_made_without_a_broker()
    {
        KafkaClientLibrary.UseMachineLibrary();
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = "127.0.0.1:1" }).SetLogHandler((_, _) => { }).Build();
        Assert.StartsWith("rdkafka#producer", producer.Name);
    }
}
