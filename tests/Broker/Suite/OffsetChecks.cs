using Confluent.Kafka;
using Emergence.Broker.Tests.TestBroker;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Broker.Tests.Suite;

/// <summary>Offsets that travel in a transaction with the results.</summary>
internal static class OffsetChecks
{
    public static async Task Offsets_count_when_their_transaction_is_committed_and_not_when_it_is_aborted(BrokerUnderTest broker)
    {
        var (input, output, group) = (await broker.TopicAsync(), await broker.TopicAsync(), broker.Unique("group"));
        var client = broker.Client(proxied: false, Terms);
        using var producer = await client.OpenAsync(broker, broker.Unique("id"));
        await producer.SendAsync(broker, input, "0", "1");
        await producer.CommitAsync(broker);
        using var worker = await client.OpenAsync(broker, broker.Unique("worker"));

        async Task<string> WorkAsync(bool commit)
        {
            var received = "";
            await new ScriptedMember(async (message, membership, _) =>
            {
                received = System.Text.Encoding.UTF8.GetString(message.Value!);
                await worker.SendAsync(broker, output, $"result {received}");
                await worker.SendOffsetsAsync([message.Place with { Offset = message.Place.Offset + 1 }], membership, CancellationToken.None);
                if (commit)
                    await worker.CommitAsync(broker);
                else
                    await worker.AbortAsync(broker);
                return false;
            }).RunAsync(client, broker, group, input);
            return received;
        }

        Assert.Equal("0", await WorkAsync(commit: false));
        Assert.Null(await broker.OffsetAsync(group, input));
        Assert.Equal("0", await WorkAsync(commit: true));
        Assert.Equal(1, await broker.OffsetAsync(group, input));
        Assert.Equal("1", await WorkAsync(commit: true));
        Assert.Equal(["result 0", "result 1"], await client.CommittedAsync(broker, output));
    }

    public static async Task Offsets_of_a_former_generation_are_refused(BrokerUnderTest broker)
    {
        var (input, group) = (await broker.TopicAsync(2), broker.Unique("group"));
        await Task.Run(() =>
        {
            using var producer = RawClients.Producer(broker.Servers, broker.Unique("id"));
            producer.InitTransactions(broker.Patience);
            using var first = Member(broker, input, group);
            Await(broker, () => first.Assignment.Count == 2, first);
            var former = first.ConsumerGroupMetadata;
            using var second = Member(broker, input, group);
            Await(broker, () => first.Assignment.Count == 1 && second.Assignment.Count == 1, first, second);

            producer.BeginTransaction();
            var refused = Assert.ThrowsAny<KafkaException>(() => producer.SendOffsetsToTransaction([new TopicPartitionOffset(input, 0, 7)], former, broker.Patience));
            Assert.Contains(refused.Error.Code, new[] { ErrorCode.IllegalGeneration, ErrorCode.RebalanceInProgress, ErrorCode.UnknownMemberId });
            producer.AbortTransaction(broker.Patience);
        });
        Assert.Null(await broker.OffsetAsync(group, input));
    }

    public static async Task A_worker_that_was_cut_off_cannot_deliver_what_another_has_taken_over(BrokerUnderTest broker)
    {
        var (input, output, group) = (await broker.TopicAsync(), await broker.TopicAsync(), broker.Unique("group"));
        var client = broker.Client();
        using (var producer = await client.OpenAsync(broker, broker.Unique("id")))
        {
            await producer.SendAsync(broker, input, "0");
            await producer.CommitAsync(broker);
        }

        using var cutOff = await client.OpenAsync(broker, broker.Unique("cut-off"));
        using var healthy = await client.OpenAsync(broker, broker.Unique("healthy"));
        var (received, takenOver) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = new ScriptedMember(async (message, membership, _) =>
        {
            // It pays no heed to being told that its partition is gone, as a program that was stopped for a while would not.
            received.SetResult();
            await takenOver.Task.WaitAsync(broker.Patience, CancellationToken.None);
            await cutOff.SendAsync(broker, output, "from the worker that was cut off");
            var refused = await Assert.ThrowsAsync<KafkaFailureException>(async () =>
            {
                await cutOff.SendOffsetsAsync([message.Place with { Offset = 1 }], membership, CancellationToken.None);
                await cutOff.CommitAsync(broker);
            });
            Assert.Contains(refused.Kind, new[] { FailureKind.Abortable, FailureKind.ProducerLost });
            if (refused.Kind == FailureKind.Abortable)
                await cutOff.AbortAsync(broker);
            return false;
        }).RunAsync(broker.Client(proxied: true, Terms), broker, group, input);
        await received.Task.WaitAsync(broker.Patience);
        broker.Proxy.GoAway();
        try
        {
            await new ScriptedMember(async (message, membership, _) =>
            {
                await healthy.SendAsync(broker, output, "from the other worker");
                await healthy.SendOffsetsAsync([message.Place with { Offset = 1 }], membership, CancellationToken.None);
                await healthy.CommitAsync(broker);
                return false;
            }).RunAsync(broker.Client(proxied: false, Terms), broker, group, input);
        }
        finally
        {
            broker.Proxy.Return();
            takenOver.SetResult();
            await first;
        }

        Assert.Equal(["from the other worker"], await client.CommittedAsync(broker, output));
    }

    /// <summary>A member that is not heard of is soon given up.</summary>
    private static (string, string) Terms => ("session.timeout.ms", $"{BrokerUnderTest.Session.TotalMilliseconds}");

    private static IConsumer<string, string> Member(BrokerUnderTest broker, string topic, string group)
    {
        var member = RawClients.Consumer(broker.Servers, group, committed: true, config => config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range);
        member.Subscribe(topic);
        return member;
    }

    /// <summary>Lets members go on until something is true.</summary>
    private static void Await(BrokerUnderTest broker, Func<bool> reached, params IConsumer<string, string>[] members)
    {
        using var late = new CancellationTokenSource(broker.Patience);
        while (!reached())
        {
            late.Token.ThrowIfCancellationRequested();
            foreach (var member in members)
                member.Consume(TimeSpan.FromMilliseconds(20));
        }
    }
}
