using System.Text;
using Emergence.Sinks.Kafka.Client;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

/// <summary>Every kind of failure that a broker can cause, and what a producer can do after it.</summary>
public sealed class TransactionFailureTests
{
    // Kafka's numbers of errors.
    private const int NotCoordinator = 16;
    private const int MessageTooLarge = 10;
    private const int TopicAuthorizationFailed = 29;
    private const int InvalidProducerEpoch = 47;
    private const int InvalidTransactionState = 48;
    private const int ConcurrentTransactions = 51;
    private const int TransactionalIdAuthorizationFailed = 53;
    private const int UnknownProducerId = 59;
    private const int InvalidRecord = 87;
    private const int ProducerFenced = 90;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(ProducerFenced)]
    [InlineData(InvalidProducerEpoch)]
    public async Task A_producer_that_was_taken_over_is_fenced_for_good(int error)
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync("emergence.nightly");
        await SendAsync(test, producer);
        test.Cluster.Fail(MockRequest.EndTransaction, error);
        var failure = await FailureAsync(() => producer.CommitAsync(test.Watchdog));
        Assert.Equal(FailureKind.Fenced, failure.Kind);
        Assert.Contains("transactional id emergence.nightly", failure.Message);
        Assert.Equal(FailureKind.Fenced, Assert.Throws<KafkaFailureException>(producer.Begin).Kind);
    }

    [Fact]
    public async Task An_invalid_state_costs_the_producer_and_a_new_one_goes_on()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using (var producer = await test.ProducerAsync())
        {
            await SendAsync(test, producer);
            test.Cluster.Fail(MockRequest.EndTransaction, InvalidTransactionState);
            Assert.Equal(FailureKind.ProducerLost, (await FailureAsync(() => producer.CommitAsync(test.Watchdog))).Kind);
        }

        using var next = await test.ProducerAsync();
        await SendAsync(test, next);
        await next.CommitAsync(test.Watchdog);
    }

    [Theory]
    [InlineData(MockRequest.Produce, InvalidRecord)]
    [InlineData(MockRequest.EndTransaction, UnknownProducerId)]
    public async Task An_abortable_failure_is_aborted_and_the_same_producer_begins_again(short request, int error)
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        test.Cluster.Fail(request, error);
        var failure = await FailureAsync(async () =>
        {
            await SendAsync(test, producer);
            await producer.CommitAsync(test.Watchdog);
        });
        Assert.Equal(FailureKind.Abortable, failure.Kind);
        await AgainAsync(test, producer);
        Assert.Contains("again", (await test.ReadAsync("a")).Select(m => Encoding.UTF8.GetString(m.Value!)));
    }

    [Theory]
    [InlineData(MockRequest.Produce, MessageTooLarge, "MsgSizeTooLarge")]
    [InlineData(MockRequest.AddPartitionsToTransaction, TopicAuthorizationFailed, "TopicAuthorizationFailed")]
    public async Task What_no_retry_mends_is_told_apart(short request, int error, string code)
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        test.Cluster.Fail(request, error);
        await SendAsync(test, producer);
        var failure = await FailureAsync(() => producer.CommitAsync(test.Watchdog));
        Assert.Equal((FailureKind.Misconfigured, code), (failure.Kind, failure.Code));
        await producer.AbortAsync(test.Watchdog);
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_refused_when_it_is_sent()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        producer.Begin();
        var failure = await FailureAsync(() => producer.SendAsync(new("a", "k", new byte[Sinks.Kafka.KafkaSettings.DefaultMessageBytes + 100_000], []), test.Watchdog));
        Assert.Equal((FailureKind.Misconfigured, "MsgSizeTooLarge"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task A_transactional_id_that_is_not_allowed_is_a_mistake_in_the_settings()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Fail(MockRequest.InitProducerId, TransactionalIdAuthorizationFailed);
        using var producer = test.Client.OpenTransactional("t");
        var failure = await FailureAsync(() => producer.InitialiseAsync(test.Watchdog));
        Assert.Equal((FailureKind.Misconfigured, "TransactionalIdAuthorizationFailed"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task An_older_transaction_that_is_being_ended_and_a_coordinator_that_moves_are_waited_for()
    {
        using var test = new ClientUnderTest(brokers: 2);
        test.Cluster.Topic("a");
        test.Cluster.Coordinate("transaction", "t", 1);
        test.Cluster.Fail(MockRequest.InitProducerId, ConcurrentTransactions, ConcurrentTransactions);
        using var producer = await test.ProducerAsync();
        test.Cluster.Coordinate("transaction", "t", 2);
        test.Cluster.Fail(MockRequest.EndTransaction, NotCoordinator);
        await SendAsync(test, producer);
        await producer.CommitAsync(test.Watchdog);
        Assert.Single(await test.ReadAsync("a"));
    }

    [Fact]
    public async Task A_partition_whose_leader_moves_in_the_midst_of_a_transaction_loses_nothing()
    {
        using var test = new ClientUnderTest(brokers: 3);
        test.Cluster.Topic("a", replication: 3);
        using var producer = await test.ProducerAsync();
        producer.Begin();
        for (var i = 0; i < 60; i++)
        {
            await producer.SendAsync(ClientUnderTest.Message("a", "k", $"{i}"), test.Watchdog);
            if (i % 20 == 10)
                test.Cluster.Lead("a", 0, (i / 20) + 1);
        }

        await producer.CommitAsync(test.Watchdog);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}"), (await test.ReadAsync("a")).Select(m => Encoding.UTF8.GetString(m.Value!)));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_named_with_the_cause_and_the_same_call_works_when_it_is_back()
    {
        using var test = new ClientUnderTest(patience: Soon);
        test.Cluster.Topic("a");
        test.Cluster.Down();
        using var producer = test.Client.OpenTransactional("t");
        var failure = await FailureAsync(() => producer.InitialiseAsync(test.Watchdog));
        Assert.Equal(FailureKind.Retriable, failure.Kind);
        Assert.Contains(test.Settings.Servers, failure.Message);
        Assert.Contains("efused", failure.Message);
        test.Cluster.Up();
        await RetriedAsync(() => producer.InitialiseAsync(test.Watchdog));
        await SendAsync(test, producer);
        await producer.CommitAsync(test.Watchdog);
    }

    [Fact]
    public async Task A_commit_that_found_no_broker_is_made_again_and_is_one_commit()
    {
        using var test = new ClientUnderTest(patience: Soon);
        test.Cluster.Topic("a");
        using var producer = await test.ProducerAsync();
        await SendAsync(test, producer, "first");
        await producer.CommitAsync(test.Watchdog);
        test.Cluster.Down();
        await SendAsync(test, producer, "second");
        Assert.Equal(FailureKind.Retriable, (await FailureAsync(() => producer.CommitAsync(test.Watchdog))).Kind);
        test.Cluster.Up();
        await RetriedAsync(() => producer.CommitAsync(test.Watchdog));
        Assert.Equal(["first", "second"], (await test.ReadAsync("a")).Select(m => Encoding.UTF8.GetString(m.Value!)));
    }

    [Fact]
    public async Task Giving_up_is_heard_while_no_broker_answers()
    {
        using var test = new ClientUnderTest();
        test.Cluster.Down();
        using var producer = test.Client.OpenTransactional("t");
        using var gaveUp = new CancellationTokenSource();
        var call = producer.InitialiseAsync(gaveUp.Token);
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(test.Watchdog));
        Assert.False(test.Watchdog.IsCancellationRequested);
    }

    [Fact]
    public async Task Properties_that_do_not_go_together_are_told_without_a_connection()
    {
        using var test = new ClientUnderTest(properties: new Dictionary<string, string> { ["message.timeout.ms"] = "900000" });
        var failure = Assert.Throws<KafkaFailureException>(() => test.Client.OpenTransactional("t"));
        Assert.Equal(FailureKind.Misconfigured, failure.Kind);
        Assert.Contains("message.timeout.ms", failure.Message);
        await Task.CompletedTask;
    }

    private static async Task SendAsync(ClientUnderTest test, ITransactionalProducer producer, string value = "value")
    {
        producer.Begin();
        await producer.SendAsync(ClientUnderTest.Message("a", "k", value), test.Watchdog);
    }

    private static Task<KafkaFailureException> FailureAsync(Func<Task> call) => Assert.ThrowsAsync<KafkaFailureException>(call);

    // The transaction after a failed one may fail once more, because of numbers that the library skipped; then it counts anew.
    private static async Task AgainAsync(ClientUnderTest test, ITransactionalProducer producer)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await producer.AbortAsync(test.Watchdog);
                await SendAsync(test, producer, "again");
                await producer.CommitAsync(test.Watchdog);
                return;
            }
            catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Abortable && attempt == 0)
            {
            }
        }
    }

    // As its caller does: the library finds a broker that is back in its own time.
    private static async Task RetriedAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (KafkaFailureException failure) when (failure.Kind == FailureKind.Retriable)
            {
            }
        }
    }
}
