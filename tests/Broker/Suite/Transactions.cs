using Emergence.Sinks.Kafka.Client;

namespace Emergence.Broker.Tests.Suite;

/// <summary>Short words for what the checks do with the product's client.</summary>
internal static class Transactions
{
    public static KafkaMessage Message(string topic, string value, string key = "key") => new(topic, key, System.Text.Encoding.UTF8.GetBytes(value), []);

    /// <summary>Takes over a transactional id; asks again while the end of a former transaction is under way, as the seam tells its callers to.</summary>
    public static async Task<ITransactionalProducer> OpenAsync(this IKafkaClient client, BrokerUnderTest broker, string id)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        var producer = client.OpenTransactional(id);
        while (true)
        {
            try
            {
                await producer.InitialiseAsync(late.Token);
                return producer;
            }
            catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Retriable)
            {
                late.Token.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Begins a transaction and sends messages; leaves it open.</summary>
    public static async Task SendAsync(this ITransactionalProducer producer, BrokerUnderTest broker, string topic, params string[] values)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        producer.Begin();
        foreach (var value in values)
            await producer.SendAsync(Message(topic, value), late.Token);
    }

    public static async Task CommitAsync(this ITransactionalProducer producer, BrokerUnderTest broker)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        await producer.CommitAsync(late.Token);
    }

    public static async Task AbortAsync(this ITransactionalProducer producer, BrokerUnderTest broker)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        await producer.AbortAsync(late.Token);
    }

    /// <summary>Values of a topic as the product reads what is committed.</summary>
    public static Task<IReadOnlyList<string>> CommittedAsync(this IKafkaClient client, BrokerUnderTest broker, string topic) => ValuesAsync(broker, ended => client.ReadToEndAsync(topic, ended));

    /// <summary>The same without waiting for open transactions.</summary>
    public static Task<IReadOnlyList<string>> SettledAsync(this IKafkaClient client, BrokerUnderTest broker, string topic) => ValuesAsync(broker, ended => client.ReadSettledAsync(topic, ended));

    private static async Task<IReadOnlyList<string>> ValuesAsync(BrokerUnderTest broker, Func<CancellationToken, IAsyncEnumerable<ReceivedMessage>> read)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        List<string> values = [];
        await foreach (var message in read(late.Token))
            values.Add(System.Text.Encoding.UTF8.GetString(message.Value!));
        return values;
    }
}
