using Confluent.Kafka;
using Emergence.TestBroker.Server;
using static Emergence.Broker.Tests.TestBroker.RawClients;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>Consumer groups of the test broker under librdkafka.</summary>
public sealed class GroupTests : IAsyncLifetime
{
    private readonly TransactionalBroker _broker = TransactionalBroker.Start(new BrokerOptions { DefaultPartitions = 4 });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _broker.DisposeAsync().AsTask();

    [Fact]
    public void Members_share_the_partitions_and_those_of_one_that_leaves_go_to_the_others()
    {
        using (var producer = Producer(_broker.Address))
        {
            foreach (var partition in Enumerable.Range(0, 4))
                producer.Produce(new TopicPartition("t", partition), new Message<string, string> { Value = $"{partition}" });
            producer.Flush(Patience);
        }

        using var first = Member();
        using var second = Member();
        Await(() => first.Assignment.Count == 2 && second.Assignment.Count == 2, first, second);
        Assert.Equal(4, first.Assignment.Union(second.Assignment).Count());
        second.Close();
        Await(() => first.Assignment.Count == 4, first);
    }

    [Fact]
    public void Offsets_that_a_member_commits_are_kept()
    {
        using (var producer = Producer(_broker.Address))
        {
            producer.Produce(new TopicPartition("t", 0), new Message<string, string> { Value = "a" });
            producer.Flush(Patience);
        }

        using var first = Member();
        Await(() => first.Assignment.Count == 4, first);
        first.Commit([new TopicPartitionOffset("t", 0, 1)]);
        Assert.Equal(1, _broker.OffsetOf("group", "t", 0));
        Assert.Equal(1, first.Committed([new TopicPartition("t", 0)], Patience).Single().Offset.Value);
    }

    private IConsumer<string, string> Member()
    {
        var member = Consumer(_broker.Address, "group", committed: true, config =>
        {
            config.HeartbeatIntervalMs = 100;
            config.SessionTimeoutMs = 10_000;
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
        });
        member.Subscribe("t");
        return member;
    }

    /// <summary>Lets members go on until something is true.</summary>
    private static void Await(Func<bool> reached, params IConsumer<string, string>[] members)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!reached())
        {
            Assert.False(late.IsCancellationRequested, "never reached");
            foreach (var member in members)
                member.Consume(TimeSpan.FromMilliseconds(20));
        }
    }
}
