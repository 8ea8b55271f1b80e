using System.Collections.Concurrent;
using System.Text;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.TestBroker.Server;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

public sealed class GroupTests
{
    private readonly CancellationTokenSource _watchdog = new(TimeSpan.FromSeconds(90));

    private CancellationToken Watchdog => _watchdog.Token;

    [Fact]
    public async Task A_second_member_takes_a_partition_over_and_everything_is_worked_on_once_in_order()
    {
        const int count = 24;
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = await FilledAsync(broker, partitions: 2, count);
        var done = new ConcurrentQueue<(int Partition, int Value)>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var oneWorks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var twoWorks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Watchdog);
        // The first member waits with its second message of a partition until the other works, so that there is something left to take over.
        var one = new Worker(client, leave.Token) { Before = revoked => done.IsEmpty ? Task.CompletedTask : twoWorks.Task.WaitAsync(revoked), After = message => Finished(oneWorks, message) };
        var two = new Worker(client, leave.Token) { After = message => Finished(twoWorks, message) };
        var first = client.JoinAsync("g", "work", one, leave.Token);
        await oneWorks.Task.WaitAsync(Watchdog);
        var second = client.JoinAsync("g", "work", two, leave.Token);
        await all.Task.WaitAsync(Watchdog);
        await leave.CancelAsync();
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(Enumerable.Range(0, count), done.Select(d => d.Value).Order());
        Assert.Equal(count, await CountAsync(client, "out"));
        // Cooperative: of two partitions one moved, the other stayed where it was until the end.
        Assert.Single(one.GivenUp, g => !g.Leaving);
        Assert.DoesNotContain(two.GivenUp, g => !g.Leaving);
        Assert.All(done.GroupBy(d => d.Partition), partition => Assert.Equal(partition.Select(d => d.Value).Order(), partition.Select(d => d.Value)));
        Assert.Equal(count, broker.OffsetOf("g", "work", 0) + broker.OffsetOf("g", "work", 1));
        Assert.All(one.GivenUp.Concat(two.GivenUp), g => Assert.False(g.Lost));

        void Finished(TaskCompletionSource works, ReceivedMessage message)
        {
            done.Enqueue((message.Place.Partition, int.Parse(Encoding.UTF8.GetString(message.Value!))));
            works.TrySetResult();
            if (done.Count == count)
                all.TrySetResult();
        }
    }

    [Fact]
    public async Task A_member_that_is_told_to_leave_ends_its_work_first_and_the_message_goes_to_the_next()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = await FilledAsync(broker, partitions: 1, 1);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new ConcurrentQueue<string>();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Watchdog);
        var member = new Scripted
        {
            Receive = async (_, _, revoked) =>
            {
                begun.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, revoked);
                }
                finally
                {
                    order.Enqueue("ended");
                }
            },
            GiveUp = (partition, lost) => order.Enqueue($"gave up {partition} {lost}"),
        };
        var membership = client.JoinAsync("g", "work", member, leave.Token);
        await begun.Task.WaitAsync(Watchdog);
        await leave.CancelAsync();
        await membership.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["ended", "gave up 0 False"], order);
        Assert.Equal("0", await FirstAsync(client));
    }

    [Fact]
    public async Task A_member_works_for_longer_than_a_session_and_stays_a_member()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = await FilledAsync(broker, partitions: 1, 3, new() { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "200", ["max.poll.interval.ms"] = "6000" });
        var values = new List<string>();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Watchdog);
        var revoked = false;
        await client.JoinAsync(
            "g",
            "work",
            new Scripted
            {
                Receive = async (message, _, told) =>
                {
                    if (values.Count == 0)
                        await Task.Delay(TimeSpan.FromSeconds(8), told);
                    values.Add(Encoding.UTF8.GetString(message.Value!));
                    if (values.Count == 3)
                        await leave.CancelAsync();
                },
                GiveUp = (_, _) => revoked |= values.Count < 3,
            },
            leave.Token);
        Assert.Equal(["0", "1", "2"], values);
        Assert.False(revoked);
    }

    [Fact]
    public async Task An_exception_of_the_member_ends_the_membership_and_is_passed_on()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = await FilledAsync(broker, partitions: 1, 1);
        var gaveUp = 0;
        var member = new Scripted { Receive = (_, _, _) => throw new InvalidOperationException("no disk"), GiveUp = (_, _) => gaveUp++ };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.JoinAsync("g", "work", member, Watchdog));
        Assert.Equal("no disk", error.Message);
        Assert.Equal(1, gaveUp);
    }

    [Fact]
    public async Task Many_messages_wait_their_turn_and_each_comes_once_in_order()
    {
        const int count = 200;
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = await FilledAsync(broker, partitions: 1, count);
        var values = new List<int>();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Watchdog);
        await client.JoinAsync(
            "g",
            "work",
            new Scripted
            {
                Receive = async (message, _, _) =>
                {
                    await Task.Yield();
                    values.Add(int.Parse(Encoding.UTF8.GetString(message.Value!)));
                    if (values.Count == count)
                        await leave.CancelAsync();
                },
            },
            leave.Token);
        Assert.Equal(Enumerable.Range(0, count), values);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_and_leaving_before_joining_are_told_apart()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        using var client = KafkaClients.Connect(new KafkaSettings { Servers = broker.Address });
        Assert.Equal(FailureKind.Misconfigured, (await Assert.ThrowsAsync<KafkaFailureException>(() => client.JoinAsync("g", "nothing", new Scripted(), Watchdog))).Kind);
        await client.JoinAsync("g", "nothing", new Scripted(), new CancellationToken(canceled: true));
    }

    // The mock cluster lets a group's first member wait three seconds, so only this test uses it.
    [Fact]
    public async Task The_mock_cluster_gives_a_group_its_partitions_too()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("work", partitions: 2);
        using (var producer = await test.ProducerAsync())
        {
            producer.Begin();
            for (var i = 0; i < 6; i++)
                await producer.SendAsync(ClientUnderTest.Message("work", $"key{i}", $"{i}"), test.Watchdog);
            await producer.CommitAsync(test.Watchdog);
        }

        var values = new ConcurrentBag<string>();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(test.Watchdog);
        await test.Client.JoinAsync(
            "g",
            "work",
            new Scripted
            {
                Receive = async (message, _, _) =>
                {
                    values.Add(Encoding.UTF8.GetString(message.Value!));
                    if (values.Count == 6)
                        await leave.CancelAsync();
                },
            },
            leave.Token);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], values.Order());
    }

    private async Task<IKafkaClient> FilledAsync(TransactionalBroker broker, int partitions, int count, Dictionary<string, string>? properties = null)
    {
        var client = KafkaClients.Connect(new KafkaSettings { Servers = broker.Address, Properties = properties ?? [] });
        await client.CreateAsync([new("work", partitions, 1, new Dictionary<string, string>()), new("out", 1, 1, new Dictionary<string, string>())], Watchdog);
        using var producer = client.OpenTransactional("feed");
        await producer.InitialiseAsync(Watchdog);
        producer.Begin();
        for (var i = 0; i < count; i++)
            await producer.SendAsync(ClientUnderTest.Message("work", $"key{i % 7}", $"{i}"), Watchdog);
        await producer.CommitAsync(Watchdog);
        return client;
    }

    private async Task<string> FirstAsync(IKafkaClient client)
    {
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Watchdog);
        var membership = client.JoinAsync("g", "work", new Scripted { Receive = (message, _, _) => { first.TrySetResult(Encoding.UTF8.GetString(message.Value!)); return Task.CompletedTask; } }, leave.Token);
        var value = await first.Task.WaitAsync(Watchdog);
        await leave.CancelAsync();
        await membership;
        return value;
    }

    private async Task<int> CountAsync(IKafkaClient client, string topic)
    {
        var count = 0;
        await foreach (var _ in client.ReadToEndAsync(topic, Watchdog))
            count++;
        return count;
    }

    private sealed class Scripted : IGroupMember
    {
        public Func<ReceivedMessage, IGroupMembership, CancellationToken, Task> Receive { get; init; } = (_, _, _) => Task.CompletedTask;

        public Action<int, bool> GiveUp { get; init; } = (_, _) => { };

        public Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked) => Receive(message, membership, revoked);

        public Task GiveUpAsync(string topic, int partition, bool lost)
        {
            GiveUp(partition, lost);
            return Task.CompletedTask;
        }
    }

    /// <summary>Consumes, transforms and produces: each message's result and its offset are one transaction.</summary>
    private sealed class Worker(IKafkaClient client, CancellationToken leaving) : IGroupMember
    {
        private readonly ConcurrentDictionary<int, ITransactionalProducer> _producers = [];

        public Func<CancellationToken, Task> Before { get; init; } = _ => Task.CompletedTask;

        public Action<ReceivedMessage> After { get; init; } = _ => { };

        public ConcurrentQueue<(bool Lost, bool Leaving)> GivenUp { get; } = [];

        public async Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked)
        {
            if (!_producers.TryGetValue(message.Place.Partition, out var producer))
            {
                producer = _producers[message.Place.Partition] = client.OpenTransactional($"work-{message.Place.Partition}");
                await producer.InitialiseAsync(revoked);
            }

            await Before(revoked);
            while (true)
            {
                try
                {
                    producer.Begin();
                    await producer.SendAsync(new("out", message.Key!, message.Value, []), revoked);
                    await producer.SendOffsetsAsync([message.Place with { Offset = message.Place.Offset + 1 }], membership, revoked);
                    await producer.CommitAsync(CancellationToken.None);
                    break;
                }
                catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Abortable)
                {
                    await producer.AbortAsync(revoked);
                }
            }

            After(message);
        }

        public Task GiveUpAsync(string topic, int partition, bool lost)
        {
            GivenUp.Enqueue((lost, leaving.IsCancellationRequested));
            if (_producers.TryRemove(partition, out var producer))
                producer.Dispose();
            return Task.CompletedTask;
        }
    }
}
