using Confluent.Kafka;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Transactions;
using static Emergence.Broker.Tests.TestBroker.RawClients;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>The test broker under librdkafka's transactions, without anything of the product.</summary>
public sealed class TransactionTests : IAsyncLifetime
{
    private readonly TransactionalBroker _broker = TransactionalBroker.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _broker.DisposeAsync().AsTask();

    [Fact]
    public void What_is_committed_is_read_by_everyone()
    {
        using var producer = Producer(_broker.Address, "id");
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        producer.Send("t", "a", "b");
        producer.CommitTransaction(Patience);
        Assert.Equal(["a", "b"], Read(_broker.Address, "t", committed: true));
        Assert.Equal(["a", "b"], Read(_broker.Address, "t", committed: false));
        Assert.Equal(TransactionPhase.CompleteCommit, _broker.PhaseOf("id"));
        Assert.Equal((3, 3), _broker.EndOf("t", 0));
    }

    [Fact]
    public void What_is_aborted_is_hidden_from_readers_of_what_is_committed()
    {
        using var producer = Producer(_broker.Address, "id");
        producer.InitTransactions(Patience);
        foreach (var (value, commit) in new[] { ("a", true), ("b", false), ("c", true), ("d", false) })
        {
            producer.BeginTransaction();
            producer.Send("t", value);
            producer.Flush(Patience);
            if (commit)
                producer.CommitTransaction(Patience);
            else
                producer.AbortTransaction(Patience);
        }

        Assert.Equal(["a", "c"], Read(_broker.Address, "t", committed: true));
        Assert.Equal(["a", "b", "c", "d"], Read(_broker.Address, "t", committed: false));
    }

    [Fact]
    public void An_open_transaction_holds_back_what_comes_after_it()
    {
        using var open = Producer(_broker.Address, "open");
        using var other = Producer(_broker.Address);
        open.InitTransactions(Patience);
        open.BeginTransaction();
        open.Send("t", "first");
        open.Flush(Patience);
        other.Send("t", "second");
        other.Flush(Patience);
        Assert.Empty(Read(_broker.Address, "t", committed: true));
        Assert.Equal(["first", "second"], Read(_broker.Address, "t", committed: false));
        Assert.Equal((2, 0), _broker.EndOf("t", 0));
        open.AbortTransaction(Patience);
        Assert.Equal(["second"], Read(_broker.Address, "t", committed: true));
    }

    [Fact]
    public void A_second_producer_ends_the_transaction_of_the_first_and_fences_it()
    {
        using var first = Producer(_broker.Address, "id");
        using var second = Producer(_broker.Address, "id");
        first.InitTransactions(Patience);
        first.BeginTransaction();
        first.Send("t", "lost");
        first.Flush(Patience);
        second.InitTransactions(Patience);
        second.BeginTransaction();
        second.Send("t", "kept");
        second.CommitTransaction(Patience);
        var refused = Assert.ThrowsAny<KafkaException>(() => first.CommitTransaction(Patience));
        Assert.True(refused.Error.IsFatal, $"{refused.Error.Code} {refused.Error.Reason}");
        Assert.Equal(ErrorCode.Local_Fenced, refused.Error.Code);
        Assert.Equal(["kept"], Read(_broker.Address, "t", committed: true));
    }

    [Fact]
    public void Offsets_sent_in_a_transaction_count_when_it_is_committed()
    {
        using var producer = Producer(_broker.Address, "id");
        using var consumer = Consumer(_broker.Address, "group", committed: true);
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        producer.Send("t", "a", "b");
        producer.CommitTransaction(Patience);
        consumer.Subscribe("t");
        Assert.Equal("a", consumer.Consume(Patience).Message.Value);
        Assert.Equal("b", consumer.Consume(Patience).Message.Value);
        foreach (var commit in new[] { false, true })
        {
            producer.BeginTransaction();
            producer.SendOffsetsToTransaction([new TopicPartitionOffset("t", 0, 2)], consumer.ConsumerGroupMetadata, Patience);
            if (commit)
                producer.CommitTransaction(Patience);
            else
                producer.AbortTransaction(Patience);
            Assert.Equal(commit ? 2 : null, _broker.OffsetOf("group", "t", 0));
        }
    }

    [Fact]
    public void A_transaction_that_takes_too_long_is_aborted_by_the_broker_s_clock()
    {
        var clock = new Emergence.TestKit.ManualClock();
        using var stopped = new BrokerHolder(TransactionalBroker.Start(new BrokerOptions { Clock = clock }));
        using var producer = Producer(stopped.Broker.Address, "id", config => config.TransactionTimeoutMs = 10_000);
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        producer.Send("t", "late");
        producer.Flush(Patience);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TransactionPhase.Ongoing, stopped.Broker.PhaseOf("id"));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TransactionPhase.CompleteAbort, stopped.Broker.PhaseOf("id"));
        Assert.ThrowsAny<KafkaException>(() => producer.CommitTransaction(Patience));
        Assert.Empty(Read(stopped.Broker.Address, "t", committed: true));
    }

    private sealed class BrokerHolder(TransactionalBroker broker) : IDisposable
    {
        public TransactionalBroker Broker => broker;

        public void Dispose() => broker.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
