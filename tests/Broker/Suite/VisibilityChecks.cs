using static Emergence.Broker.Tests.Suite.Transactions;

namespace Emergence.Broker.Tests.Suite;

/// <summary>Who sees what of a transaction.</summary>
internal static class VisibilityChecks
{
    public static async Task Aborted_messages_are_hidden_from_readers_of_what_is_committed_and_are_there_for_others(BrokerUnderTest broker)
    {
        var topic = await broker.TopicAsync();
        var client = broker.Client();
        using var producer = await client.OpenAsync(broker, broker.Unique("id"));
        foreach (var (value, commit) in new[] { ("a", true), ("b", false), ("c", true), ("d", false) })
        {
            await producer.SendAsync(broker, topic, value);
            // A message that never got there would prove nothing by being hidden.
            await broker.ArrivedAsync(topic, value);
            if (commit)
                await producer.CommitAsync(broker);
            else
                await producer.AbortAsync(broker);
        }

        Assert.Equal(["a", "b", "c", "d"], await broker.EverythingAsync(topic));
        Assert.Equal(["a", "c"], await client.CommittedAsync(broker, topic));
    }

    public static async Task A_transaction_is_seen_whole_in_all_its_topics_and_partitions(BrokerUnderTest broker)
    {
        var topics = new[] { await broker.TopicAsync(3), await broker.TopicAsync(2), await broker.TopicAsync() };
        var client = broker.Client();
        using var producer = await client.OpenAsync(broker, broker.Unique("id"));
        var expected = Enumerable.Range(0, 30).Select(i => $"{i:00}").ToList();
        producer.Begin();
        foreach (var topic in topics)
        {
            foreach (var value in expected)
                await producer.SendAsync(Message(topic, value, key: value), CancellationToken.None);
        }

        await producer.CommitAsync(broker);
        foreach (var topic in topics)
            Assert.Equal(expected, (await client.CommittedAsync(broker, topic)).Order());
    }

    public static async Task An_open_transaction_of_another_program_holds_back_what_lies_behind_it_and_nothing_of_that_is_missed(BrokerUnderTest broker)
    {
        var topic = await broker.TopicAsync();
        using var other = await broker.Client().OpenAsync(broker, broker.Unique("other"));
        await other.SendAsync(broker, topic, "theirs");
        await broker.ArrivedAsync(topic, 1);
        var client = broker.Client();
        using var producer = await client.OpenAsync(broker, broker.Unique("id"));
        await producer.SendAsync(broker, topic, "ours");
        await producer.CommitAsync(broker);
        await broker.ArrivedAsync(topic, 3);
        Assert.Equal((3, 0), await broker.EndsAsync(topic));

        // It has looked, several times, before the other transaction ends; what it then gives shows whether it waited.
        var fetched = Fetches(broker) + 5;
        var reading = broker.Client(proxied: true).CommittedAsync(broker, topic);
        await Progress.UntilAsync(() => reading.IsCompleted || Fetches(broker) >= fetched, broker.Patience);
        Assert.False(reading.IsCompleted, $"read to the end before the open transaction was over: {string.Join(", ", reading.IsCompletedSuccessfully ? await reading : [])}");
        await other.AbortAsync(broker);
        Assert.Equal(["ours"], await reading);
    }

    public static async Task A_glimpse_waits_for_no_open_transaction_and_sees_what_stands_before_it(BrokerUnderTest broker)
    {
        var topic = await broker.TopicAsync();
        var client = broker.Client();
        using var first = await client.OpenAsync(broker, broker.Unique("first"));
        await first.SendAsync(broker, topic, "before");
        await first.CommitAsync(broker);
        using var open = await broker.Client().OpenAsync(broker, broker.Unique("open"));
        await open.SendAsync(broker, topic, "open");
        await broker.ArrivedAsync(topic, "open");
        await first.SendAsync(broker, topic, "behind");
        await first.CommitAsync(broker);
        // With the marks that end the two.
        await broker.ArrivedAsync(topic, 5);
        Assert.Equal(["before"], await client.SettledAsync(broker, topic));
        await open.CommitAsync(broker);
        await broker.ArrivedAsync(topic, 6);
        Assert.Equal(["before", "open", "behind"], await client.SettledAsync(broker, topic));
    }

    public static async Task What_a_dead_program_left_open_is_ended_by_the_broker_s_time_out(BrokerUnderTest broker)
    {
        var topic = await broker.TopicAsync();
        var client = broker.Client();
        using var producer = await client.OpenAsync(broker, broker.Unique("id"));
        await producer.SendAsync(broker, topic, "first");
        await producer.CommitAsync(broker);
        await LeaveOpenAsync(broker, topic, "lost");
        await producer.SendAsync(broker, topic, "kept");
        await producer.CommitAsync(broker);
        Assert.Equal(["first", "kept"], await client.CommittedAsync(broker, topic));
        // Once for each program that tried.
        Assert.Equal(["first", "lost", "kept"], (await broker.EverythingAsync(topic)).Distinct());
    }

    /// <summary>
    /// A program that dies with a message delivered and its transaction open. On a machine that stands still for a while the time-out can come before the
    /// message; then another program does it with twice the time.
    /// </summary>
    private static async Task LeaveOpenAsync(BrokerUnderTest broker, string topic, string value)
    {
        for (var timeout = TimeSpan.FromSeconds(3); ; timeout *= 2)
        {
            using var dead = TestBroker.RawClients.Producer(broker.Servers, broker.Unique("dead"), config => config.TransactionTimeoutMs = (int)timeout.TotalMilliseconds);
            try
            {
                await Task.Run(() => dead.InitTransactions(broker.Patience));
                dead.BeginTransaction();
                await dead.ProduceAsync(topic, new Confluent.Kafka.Message<string, string> { Value = value }).WaitAsync(broker.Patience);
                return;
            }
            catch (Confluent.Kafka.KafkaException) when (timeout < broker.Patience)
            {
            }
        }
    }

    private static int Fetches(BrokerUnderTest broker) => broker.Proxy.Faults.Count(Emergence.TestBroker.Wire.ApiKey.Fetch);
}
