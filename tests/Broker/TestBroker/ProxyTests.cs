using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Proxy;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;
using static Emergence.Broker.Tests.TestBroker.RawClients;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>The proxy that stands in front of a broker, a real one too.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Clients_stay_with_the_proxy_and_a_connection_cut_at_the_commit_loses_and_doubles_nothing()
    {
        await using var broker = TransactionalBroker.Start();
        await using var proxy = KafkaProxy.Start(broker.Address);
        using (var producer = Producer(proxy.Address, "id"))
        {
            producer.InitTransactions(Patience);
            foreach (var (value, fault) in new (string, FaultAction)[] { ("a", new FaultAction.CutBefore()), ("b", new FaultAction.CutAfter()) })
            {
                proxy.Faults.At(ApiKey.EndTxn, 1, fault);
                proxy.Faults.At(ApiKey.Produce, 1, fault);
                producer.BeginTransaction();
                producer.Send("t", value);
                producer.CommitTransaction(Patience);
            }
        }

        Assert.Equal(["a", "b"], Read(proxy.Address, "t", committed: true));
        Assert.Equal(4, proxy.Faults.Happened.Count);
        // Whatever reached the broker came by the proxy; the last ones may have been on their way when the reader closed.
        var arrived = broker.Faults.Count(ApiKey.Fetch);
        Assert.InRange(arrived, 1, proxy.Faults.Count(ApiKey.Fetch));
    }

    [Fact]
    public async Task While_the_proxy_is_away_nothing_gets_through_and_afterwards_everything()
    {
        await using var broker = TransactionalBroker.Start();
        await using var proxy = KafkaProxy.Start(broker.Address);
        using var producer = Producer(proxy.Address, "id");
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        producer.Send("t", "a");
        producer.Flush(Patience);
        proxy.GoAway();
        producer.Send("t", "b");
        await Progress.UntilAsync(() => proxy.Refused >= 2, Patience);
        Assert.Equal(1, broker.EndOf("t", 0)!.Value.HighWatermark);
        Assert.Equal(1, broker.Faults.Count(ApiKey.Produce));
        proxy.Return();
        producer.CommitTransaction(Patience);
        Assert.Equal(["a", "b"], Read(broker.Address, "t", committed: true));
    }
}
