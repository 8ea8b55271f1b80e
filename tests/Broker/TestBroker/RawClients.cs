using Confluent.Kafka;
using Emergence.Sinks.Kafka;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>Confluent.Kafka's own clients, set up for one broker: what the product's client is not asked in the tests of the test broker.</summary>
internal static class RawClients
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static IProducer<string, string> Producer(string servers, string? transactionalId = null, Action<ProducerConfig>? more = null)
    {
        KafkaClientLibrary.UseMachineLibrary();
        var config = new ProducerConfig
        {
            BootstrapServers = servers,
            TransactionalId = transactionalId,
            EnableIdempotence = true,
            LingerMs = 0,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 200,
        };
        more?.Invoke(config);
        return new ProducerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build();
    }

    public static IConsumer<string, string> Consumer(string servers, string group, bool committed, Action<ConsumerConfig>? more = null)
    {
        KafkaClientLibrary.UseMachineLibrary();
        var config = new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = group,
            IsolationLevel = committed ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 20,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 200,
        };
        more?.Invoke(config);
        return new ConsumerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Values of a partition up to its end, as a reader of one kind sees it.</summary>
    public static IReadOnlyList<string> Read(string servers, string topic, bool committed, int partition = 0)
    {
        using var consumer = Consumer(servers, "reader", committed);
        consumer.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
        List<string> values = [];
        while (true)
        {
            var result = consumer.Consume(Patience) ?? throw new TimeoutException($"neither a message of {topic} nor its end");
            if (result.IsPartitionEOF)
                return values;
            values.Add(result.Message.Value);
        }
    }

    public static void Send(this IProducer<string, string> producer, string topic, params string[] values)
    {
        foreach (var value in values)
            producer.Produce(topic, new Message<string, string> { Key = "k", Value = value });
    }
}
