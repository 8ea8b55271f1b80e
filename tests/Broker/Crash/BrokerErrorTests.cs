using Emergence.Broker.Tests.Suite;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Topics;
using Emergence.Sinks.RunFolder;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;
using Xunit.Abstractions;

namespace Emergence.Broker.Tests.Crash;

/// <summary>A publisher whose requests the broker answers with errors from which one can recover, by trying again or by aborting. Only the test broker can be made to.</summary>
public sealed class BrokerErrorTests(ITestOutputHelper output)
{
    private const int AtOnce = 4;
    private static readonly ErrorCode[] Coordinators =
        [ErrorCode.CoordinatorNotAvailable, ErrorCode.NotCoordinator, ErrorCode.CoordinatorLoadInProgress, ErrorCode.ConcurrentTransactions];

    private static readonly (ApiKey Api, ErrorCode Error)[] Cases =
    [
        .. Coordinators.Select(error => (ApiKey.InitProducerId, error)),
        .. Coordinators.Select(error => (ApiKey.AddPartitionsToTxn, error)),
        (ApiKey.AddPartitionsToTxn, ErrorCode.UnknownTopicOrPartition),
        .. Coordinators.Select(error => (ApiKey.EndTxn, error)),
        (ApiKey.Produce, ErrorCode.NotLeaderOrFollower),
        (ApiKey.Produce, ErrorCode.RequestTimedOut),
        (ApiKey.Produce, ErrorCode.NotEnoughReplicas),
        (ApiKey.Produce, ErrorCode.OutOfOrderSequenceNumber),
        (ApiKey.Produce, ErrorCode.UnknownProducerId),
        (ApiKey.ListOffsets, ErrorCode.LeaderNotAvailable),
        (ApiKey.FindCoordinator, ErrorCode.CoordinatorNotAvailable),
    ];

    [Fact]
    public async Task Errors_from_which_one_can_recover_lose_nothing_and_double_nothing()
    {
        var run = await SmallRun.SharedAsync();
        var expected = await PublishAsync(run, null);
        await Parallel.ForEachAsync(Cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (each, _) =>
        {
            var differences = (await PublishAsync(run, each)).Differences(expected);
            lock (output)
                output.WriteLine($"{each.Api} {each.Error}: {(differences.Count == 0 ? "the same" : string.Join("; ", differences))}");
            Assert.Empty(differences);
        });
    }

    private static async Task<PublishedRun> PublishAsync(SmallRun run, (ApiKey Api, ErrorCode Error)? fault)
    {
        await using var server = TransactionalBroker.Start();
        await using var broker = BrokerUnderTest.At(server.Address);
        var settings = new KafkaSettings
        {
            Servers = server.Address,
            Topics = new KafkaTopics("emergence"),
            Properties = new Dictionary<string, string> { ["reconnect.backoff.max.ms"] = "200" },
        };
        using var late = new CancellationTokenSource(broker.Patience);
        using var client = KafkaClients.Connect(settings);
        var topics = new TopicOptions(true, 2, null);
        Assert.Empty(await TopicInspection.EnsureAsync(client, settings, topics, late.Token, TopicPlans.Publishing(settings, topics)));
        if (fault is var (api, error))
        {
            // Twice, so that what is tried again fails again.
            server.Faults.At(api, 1, new FaultAction.Error(error));
            server.Faults.At(api, 2, new FaultAction.Error(error));
        }

        using (var publisher = new RunPublisher(client, RunFolderReader.Open(run.Folder), PublishOptions.For(settings, "the tests"), TimeProvider.System))
            await publisher.PublishPendingAsync(late.Token);
        Assert.Equal(fault is null ? 0 : 2, server.Faults.Happened.Count);
        return await PublishedRun.ReadAsync(broker, "emergence", sameFolder: true);
    }
}
