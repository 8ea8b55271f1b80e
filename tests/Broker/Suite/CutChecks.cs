using Emergence.Sinks.Kafka.Client;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Wire;
using static Emergence.Broker.Tests.Suite.Transactions;

namespace Emergence.Broker.Tests.Suite;

/// <summary>Connections that break in the midst of a transaction.</summary>
internal static class CutChecks
{
    public static async Task A_connection_cut_anywhere_in_a_transaction_loses_nothing_and_doubles_nothing(BrokerUnderTest broker)
    {
        var topic = await broker.TopicAsync();
        using var producer = await broker.Client(proxied: true).OpenAsync(broker, broker.Unique("id"));
        List<string> expected = [];
        foreach (var api in new[] { ApiKey.AddPartitionsToTxn, ApiKey.Produce, ApiKey.EndTxn })
        {
            foreach (var fault in new FaultAction[] { new FaultAction.CutBefore(), new FaultAction.CutAfter() })
            {
                expected.Add($"{api} {fault}");
                broker.Proxy.Faults.At(api, 1, fault);
                await PatientlyAsync(broker, producer, Message(topic, expected[^1]));
            }
        }

        Assert.Equal(expected.Count, broker.Proxy.Faults.Happened.Count);
        Assert.Equal(expected, await broker.Client().CommittedAsync(broker, topic));
    }

    public static async Task A_broker_that_is_away_in_the_midst_of_a_transaction_is_waited_for(BrokerUnderTest broker)
    {
        var topic = await broker.TopicAsync();
        using var producer = await broker.Client(proxied: true).OpenAsync(broker, broker.Unique("id"));
        await producer.SendAsync(broker, topic, "first");
        await broker.ArrivedAsync(topic, 1);
        broker.Proxy.GoAway();
        using var late = new CancellationTokenSource(broker.Patience);
        await producer.SendAsync(Message(topic, "second"), late.Token);
        var commit = producer.CommitAsync(late.Token);
        var meanwhile = await broker.EndsAsync(topic);
        broker.Proxy.Return();
        await commit;
        Assert.Equal((1, 0), meanwhile);
        Assert.Equal(["first", "second"], await broker.Client().CommittedAsync(broker, topic));
    }

    /// <summary>What the documentation of the seam tells its callers to do.</summary>
    private static async Task PatientlyAsync(BrokerUnderTest broker, ITransactionalProducer producer, KafkaMessage message)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        while (true)
        {
            try
            {
                producer.Begin();
                await producer.SendAsync(message, late.Token);
                await CommitAsync(producer, late.Token);
                return;
            }
            catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Abortable)
            {
                await producer.AbortAsync(late.Token);
            }
        }
    }

    private static async Task CommitAsync(ITransactionalProducer producer, CancellationToken late)
    {
        while (true)
        {
            try
            {
                await producer.CommitAsync(late);
                return;
            }
            catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Retriable)
            {
                late.ThrowIfCancellationRequested();
            }
        }
    }
}
