using System.Text;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Settings;
using Emergence.TestBroker.Server;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

/// <summary>Topics, the producer whose messages may be lost, and the cluster for trying out.</summary>
public sealed class OtherClientTests
{
    private readonly CancellationTokenSource _watchdog = new(TimeSpan.FromSeconds(60));

    private CancellationToken Watchdog => _watchdog.Token;

    [Fact]
    public async Task Topics_are_created_as_planned_and_described_as_they_are()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = KafkaClients.Connect(new KafkaSettings { Servers = broker.Address });
        await client.CreateAsync([new("a", 3, -1, new Dictionary<string, string> { ["cleanup.policy"] = "compact", ["max.message.bytes"] = "2000000" })], Watchdog);
        // There already: left as it is.
        await client.CreateAsync([new("a", 7, 1, new Dictionary<string, string>()), new("b", 1, 1, new Dictionary<string, string>())], Watchdog);
        var topics = await client.DescribeAsync(["b", "nothing", "a"], Watchdog);
        Assert.Equal([("b", 1, 1), ("a", 3, 1)], topics.Select(t => (t.Name, t.Partitions, t.Replication)));
        Assert.Equal(("compact", "2000000"), (topics[1].Options["cleanup.policy"], topics[1].Options["max.message.bytes"]));
        Assert.Empty(await client.DescribeAsync([], Watchdog));
        // Asking for a topic has not made it.
        Assert.Null(broker.EndOf("nothing", 0));
    }

    [Fact]
    public async Task A_broker_that_cannot_create_topics_says_so_and_one_that_tells_no_options_is_described_without()
    {
        using var test = new ClientUnderTest(patience: TimeSpan.FromSeconds(6));
        test.Cluster.Topic("a", partitions: 2);
        var failure = await Assert.ThrowsAsync<KafkaFailureException>(() => test.Client.CreateAsync([new("b", 1, 1, new Dictionary<string, string>())], test.Watchdog));
        Assert.Equal(FailureKind.Misconfigured, failure.Kind);
        Assert.Contains("controller", failure.Message);
        var topic = Assert.Single(await test.Client.DescribeAsync(["a"], test.Watchdog));
        Assert.Equal(2, topic.Partitions);
        Assert.Empty(topic.Options);
    }

    [Fact]
    public async Task A_best_effort_producer_never_waits_and_counts_what_it_lost()
    {
        using var test = new ClientUnderTest(properties: new Dictionary<string, string> { ["message.timeout.ms"] = "8000" });
        test.Cluster.Topic("a");
        using var producer = test.Client.OpenBestEffort();
        producer.Send(ClientUnderTest.Message("a", "k", "arrives"));
        while ((await test.ReadAsync("a")).Count == 0)
            test.Watchdog.ThrowIfCancellationRequested();
        Assert.Equal(0, producer.Lost);

        test.Cluster.Down();
        const int more = 3000;
        for (var i = 0; i < more; i++)
            producer.Send(ClientUnderTest.Message("a", "k", "lost"));
        // Those that the queue does not hold are lost at once, the others when their time is over.
        Assert.InRange(producer.Lost, 1, more);
        Assert.True(SpinWait.SpinUntil(() => producer.Lost == more, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task The_cluster_for_trying_out_takes_topics_transactions_and_readers_of_one_client()
    {
        // A password that is meant for another broker has no meaning here.
        using var client = KafkaClients.Connect(new KafkaSettings { Servers = ServerList.Embedded, Properties = new Dictionary<string, string> { ["sasl.password"] = "x", ["security.protocol"] = "ssl" } });
        await client.CreateAsync([new("a", 2, -1, new Dictionary<string, string>())], Watchdog);
        using var producer = client.OpenTransactional("t");
        await producer.InitialiseAsync(Watchdog);
        producer.Begin();
        await producer.SendAsync(ClientUnderTest.Message("a", "k", "value"), Watchdog);
        await producer.CommitAsync(Watchdog);
        var read = new List<string>();
        await foreach (var message in client.ReadToEndAsync("a", Watchdog))
            read.Add(Encoding.UTF8.GetString(message.Value!));
        Assert.Equal(["value"], read);
    }
}
