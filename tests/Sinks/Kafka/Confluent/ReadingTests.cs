using System.Text;
using Confluent.Kafka;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.TestBroker.Server;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

public sealed class ReadingTests
{
    private readonly CancellationTokenSource _watchdog = new(TimeSpan.FromSeconds(60));

    private CancellationToken Watchdog => _watchdog.Token;

    [Fact]
    public async Task An_empty_topic_ends_at_once_and_one_that_is_not_there_is_a_mistake_in_the_settings()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = Connect(broker.Address);
        await client.CreateAsync([new("a", 3, 1, new Dictionary<string, string>())], Watchdog);
        Assert.Empty(await ReadAsync(client, "a"));
        var failure = await Assert.ThrowsAsync<KafkaFailureException>(() => ReadAsync(client, "b"));
        Assert.Equal(FailureKind.Misconfigured, failure.Kind);
        Assert.Contains("topic b is not there", failure.Message);
    }

    [Fact]
    public async Task Aborted_messages_and_markers_are_gaps_that_the_end_is_found_behind()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = Connect(broker.Address);
        await client.CreateAsync([new("a", 2, 1, new Dictionary<string, string>())], Watchdog);
        using var producer = client.OpenTransactional("t");
        await producer.InitialiseAsync(Watchdog);
        foreach (var (value, commit) in new[] { ("1", true), ("2", false), ("3", true), ("4", false) })
        {
            producer.Begin();
            await producer.SendAsync(ClientUnderTest.Message("a", "k" + value, value), Watchdog);
            await producer.SendAsync(ClientUnderTest.Message("a", "same", value), Watchdog);
            await (commit ? producer.CommitAsync(Watchdog) : producer.AbortAsync(Watchdog));
        }

        Assert.Equal(["1", "1", "3", "3"], (await ReadAsync(client, "a")).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_committed_behind_another_programs_open_transaction_is_waited_for(bool commit)
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = Connect(broker.Address);
        await client.CreateAsync([new("a", 1, 1, new Dictionary<string, string>())], Watchdog);
        using var other = client.OpenTransactional("other");
        await other.InitialiseAsync(Watchdog);
        other.Begin();
        await other.SendAsync(ClientUnderTest.Message("a", "k", "open"), Watchdog);
        await UntilAsync(() => broker.EndOf("a", 0) is { HighWatermark: 1 });
        using var own = client.OpenTransactional("own");
        await own.InitialiseAsync(Watchdog);
        own.Begin();
        await own.SendAsync(ClientUnderTest.Message("a", "k", "behind"), Watchdog);
        await own.CommitAsync(Watchdog);

        var reading = ReadAsync(client, "a");
        Assert.False(SpinWait.SpinUntil(() => reading.IsCompleted, TimeSpan.FromMilliseconds(700)));
        await (commit ? other.CommitAsync(Watchdog) : other.AbortAsync(Watchdog));
        Assert.Equal(commit ? ["open", "behind"] : ["behind"], await reading);
    }

    [Fact]
    public async Task What_comes_while_reading_to_the_end_is_not_read()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        for (var i = 0; i < 3; i++)
        {
            producer.Begin();
            await producer.SendAsync(ClientUnderTest.Message("a", "k", $"{i}"), test.Watchdog);
            await producer.CommitAsync(test.Watchdog);
        }

        var read = new List<string>();
        await foreach (var message in test.Client.ReadToEndAsync("a", test.Watchdog))
        {
            read.Add(Encoding.UTF8.GetString(message.Value!));
            producer.Begin();
            await producer.SendAsync(ClientUnderTest.Message("a", "k", "later"), test.Watchdog);
            await producer.CommitAsync(test.Watchdog);
        }

        Assert.Equal(["0", "1", "2"], read);
    }

    [Fact]
    public async Task Following_goes_on_with_what_comes()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a").Topic("b");
        using var producer = await test.ProducerAsync();
        producer.Begin();
        await producer.SendAsync(ClientUnderTest.Message("a", "k", "first"), test.Watchdog);
        await producer.CommitAsync(test.Watchdog);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(test.Watchdog);
        var read = new List<string>();
        var ended = Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var message in test.Client.FollowAsync(["a", "b"], [], stop.Token))
            {
                read.Add($"{message.Place.Topic} {Encoding.UTF8.GetString(message.Value!)}");
                if (read.Count == 1)
                {
                    producer.Begin();
                    await producer.SendAsync(ClientUnderTest.Message("b", "k", "second"), test.Watchdog);
                    await producer.CommitAsync(test.Watchdog);
                }
                else
                {
                    await stop.CancelAsync();
                }
            }
        });
        await ended;
        Assert.Equal(["a first", "b second"], read);
        Assert.False(test.Watchdog.IsCancellationRequested);
    }

    [Fact]
    public async Task Following_begins_at_the_offsets_that_are_asked_for_whatever_the_messages_clocks_say()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = Connect(broker.Address);
        await client.CreateAsync([new("a", 1, 1, new Dictionary<string, string>())], Watchdog);
        using var raw = new ProducerBuilder<string, string>(new Dictionary<string, string> { ["bootstrap.servers"] = broker.Address }).SetLogHandler((_, _) => { }).Build();
        var noon = new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
        for (var number = 0; number < 4; number++)
            await raw.ProduceAsync("a", new() { Key = "k", Value = $"{number}", Timestamp = new Timestamp(noon.AddYears(-number)) });
        var read = new List<string>();
        await foreach (var message in client.FollowAsync(["a"], [new MessagePlace("a", 0, 2)], Watchdog))
        {
            read.Add(Encoding.UTF8.GetString(message.Value!));
            if (read.Count == 2)
                break;
        }

        Assert.Equal(["2", "3"], read);
    }

    [Fact]
    public async Task Keys_and_headers_that_are_no_text_and_tombstones_are_read_as_such()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var raw = new ProducerBuilder<byte[]?, byte[]?>(new Dictionary<string, string> { ["bootstrap.servers"] = test.Settings.Servers }).SetLogHandler((_, _) => { }).Build();
        await raw.ProduceAsync("a", new() { Key = [0xFF, 0xFE], Value = null, Headers = new Headers { { "bad", [0xC3, 0x28] }, { "good", "é"u8.ToArray() }, { "none", null } } });
        await raw.ProduceAsync("a", new() { Key = null, Value = [1] });
        var messages = await test.ReadAsync("a");
        Assert.Null(messages[0].Key);
        Assert.Null(messages[0].Value);
        Assert.Equal([KeyValuePair.Create("good", "é")], messages[0].Headers);
        Assert.Null(messages[1].Key);
        Assert.Empty(messages[1].Headers);
    }

    [Fact]
    public async Task A_broker_that_went_away_for_good_ends_reading_and_one_that_comes_back_does_not()
    {
        using var test = new ClientUnderTest(patience: TimeSpan.FromSeconds(6));
        test.Cluster.Topic("a");
        using (var producer = await test.ProducerAsync())
        {
            producer.Begin();
            await producer.SendAsync(ClientUnderTest.Message("a", "k", "value"), test.Watchdog);
            await producer.CommitAsync(test.Watchdog);
        }

        test.Cluster.Down();
        var failure = await Assert.ThrowsAsync<KafkaFailureException>(() => test.ReadAsync("a"));
        Assert.Equal(FailureKind.Retriable, failure.Kind);
        Assert.Contains(test.Settings.Servers, failure.Message);
        test.Cluster.Up();
        Assert.Single(await test.ReadAsync("a"));
    }

    [Fact]
    public async Task Fetches_that_fail_now_and_then_are_made_again()
    {
        const int notLeader = 6;
        const int brokenConnection = -195;
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        producer.Begin();
        await producer.SendAsync(ClientUnderTest.Message("a", "k", "value"), test.Watchdog);
        await producer.CommitAsync(test.Watchdog);
        test.Cluster.Fail(MockRequest.Fetch, notLeader, brokenConnection, notLeader);
        Assert.Single(await test.ReadAsync("a"));
    }

    private static IKafkaClient Connect(string servers) => KafkaClients.Connect(new KafkaSettings { Servers = servers });

    private async Task<List<string>> ReadAsync(IKafkaClient client, string topic)
    {
        var values = new List<string>();
        await foreach (var message in client.ReadToEndAsync(topic, Watchdog))
            values.Add(Encoding.UTF8.GetString(message.Value!));
        return values;
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            Watchdog.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
