using System.Text;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

public sealed class TransactionTests
{
    [Fact]
    public async Task What_a_transaction_sent_is_read_back_with_key_headers_place_and_time()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a", partitions: 4);
        using var producer = await test.ProducerAsync();
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        producer.Begin();
        await producer.SendAsync(ClientUnderTest.Message("a", "run/1", "first", ("step", "512"), ("layer", "1"), ("step", "513")), test.Watchdog);
        await producer.SendAsync(ClientUnderTest.Message("a", "run/1", "second"), test.Watchdog);
        await producer.CommitAsync(test.Watchdog);

        var messages = await test.ReadAsync("a");
        Assert.Equal(["first", "second"], messages.Select(m => Encoding.UTF8.GetString(m.Value!)));
        Assert.All(messages, m => Assert.Equal("run/1", m.Key));
        Assert.Equal([KeyValuePair.Create("step", "512"), KeyValuePair.Create("layer", "1"), KeyValuePair.Create("step", "513")], messages[0].Headers);
        Assert.Equal("513", messages[0].Header("step"));
        Assert.Equal(messages[0].Place with { Offset = messages[0].Place.Offset + 1 }, messages[1].Place);
        Assert.All(messages, m => Assert.InRange(m.At, before, DateTimeOffset.UtcNow.AddSeconds(1)));
    }

    [Fact]
    public async Task One_producer_commits_and_aborts_again_and_again()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        for (var i = 0; i < 5; i++)
        {
            producer.Begin();
            await producer.SendAsync(ClientUnderTest.Message("a", "k", $"{i}"), test.Watchdog);
            if (i == 2)
                await producer.AbortAsync(test.Watchdog);
            else
                await producer.CommitAsync(test.Watchdog);
        }

        producer.Begin();
        await producer.CommitAsync(test.Watchdog);
        // The mock cluster does not hide the aborted one; the broker suite shows that.
        var values = (await test.ReadAsync("a")).Select(m => Encoding.UTF8.GetString(m.Value!)).Where(v => v != "2");
        Assert.Equal(["0", "1", "3", "4"], values);
    }

    [Fact]
    public async Task A_part_of_an_array_is_sent_as_that_part()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        producer.Begin();
        await producer.SendAsync(new("a", "k", Encoding.UTF8.GetBytes("0123456789").AsMemory(3, 4), []), test.Watchdog);
        await producer.SendAsync(new("a", "k", Array.Empty<byte>(), []), test.Watchdog);
        await producer.CommitAsync(test.Watchdog);
        var messages = await test.ReadAsync("a");
        Assert.Equal("3456", Encoding.UTF8.GetString(messages[0].Value!));
        Assert.Empty(messages[1].Value!);
    }

    [Fact]
    public async Task A_full_queue_makes_sending_wait_and_nothing_is_lost()
    {
        const int count = 300;
        using var test = new ClientUnderTest(properties: new Dictionary<string, string> { ["queue.buffering.max.messages"] = "20", ["linger.ms"] = "0" });
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        producer.Begin();
        for (var i = 0; i < count; i++)
            await producer.SendAsync(ClientUnderTest.Message("a", "k", $"{i}"), test.Watchdog);
        await producer.CommitAsync(test.Watchdog);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), (await test.ReadAsync("a")).Select(m => Encoding.UTF8.GetString(m.Value!)));
    }

    [Fact]
    public async Task While_the_broker_is_away_sending_waits_at_the_queues_bound_and_goes_on_when_it_is_back()
    {
        using var test = new ClientUnderTest(properties: new Dictionary<string, string> { ["queue.buffering.max.messages"] = "10" });
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        test.Cluster.Down();
        producer.Begin();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < 50; sent++)
                await producer.SendAsync(ClientUnderTest.Message("a", "k", $"{sent}"), test.Watchdog);
        });
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref sent) == 10, TimeSpan.FromSeconds(30)));
        Assert.False(SpinWait.SpinUntil(() => sending.IsCompleted || Volatile.Read(ref sent) > 10, TimeSpan.FromMilliseconds(300)));
        test.Cluster.Up();
        await sending;
        await producer.CommitAsync(test.Watchdog);
        Assert.Equal(50, (await test.ReadAsync("a")).Count);
    }

    [Fact]
    public async Task A_message_that_the_empty_queue_cannot_hold_is_a_mistake_in_the_settings()
    {
        using var test = new ClientUnderTest(properties: new Dictionary<string, string> { ["queue.buffering.max.kbytes"] = "1" });
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        producer.Begin();
        var failure = await Assert.ThrowsAsync<KafkaFailureException>(() => producer.SendAsync(new("a", "k", new byte[4000], []), test.Watchdog));
        Assert.Equal(FailureKind.Misconfigured, failure.Kind);
        Assert.Contains("queue.buffering.max.kbytes", failure.Message);
    }
}
