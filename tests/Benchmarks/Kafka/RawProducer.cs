using Confluent.Kafka;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Benchmarks.Kafka;

/// <summary>librdkafka's own ceiling: the same keys and bytes, lying ready, through a plain producer with the same batching; no headers, no transaction, no reports.</summary>
internal sealed class RawProducer : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;

    public RawProducer(string servers, int messageBytes, bool idempotent)
    {
        KafkaClientLibrary.UseMachineLibrary();
        _producer = new ProducerBuilder<byte[], byte[]>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = servers,
            ["acks"] = "all",
            ["enable.idempotence"] = idempotent ? "true" : "false",
            ["linger.ms"] = "20",
            ["batch.size"] = $"{messageBytes}",
            ["message.max.bytes"] = $"{messageBytes}",
            ["queue.buffering.max.messages"] = "10000",
            ["queue.buffering.max.kbytes"] = "65536",
            ["dotnet.producer.enable.delivery.reports"] = "false",
        }).SetLogHandler((_, _) => { }).Build();
    }

    public void Send(IReadOnlyList<(string Topic, byte[] Key, byte[] Value)> messages)
    {
        foreach (var (topic, key, value) in messages)
        {
            var message = new Message<byte[], byte[]> { Key = key, Value = value };
            while (!TrySend(topic, message))
                _producer.Poll(TimeSpan.FromMilliseconds(1));
        }

        _producer.Flush(CancellationToken.None);
    }

    public static IReadOnlyList<(string Topic, byte[] Key, byte[] Value)> Prepare(IEnumerable<KafkaMessage> messages) =>
        [.. messages.Select(message => (message.Topic, System.Text.Encoding.UTF8.GetBytes(message.Key), message.Value.ToArray()))];

    public void Dispose() => _producer.Dispose();

    private bool TrySend(string topic, Message<byte[], byte[]> message)
    {
        try
        {
            _producer.Produce(topic, message);
            return true;
        }
        catch (ProduceException<byte[], byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }
}
