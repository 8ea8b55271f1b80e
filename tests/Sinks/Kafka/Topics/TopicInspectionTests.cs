using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Topics;
using Emergence.TestBroker.Server;

namespace Emergence.Sinks.Tests.Kafka.Topics;

public sealed class TopicInspectionTests
{
    private static readonly TopicOptions Create = new(true, 2, 1);
    private readonly CancellationTokenSource _watchdog = new(TimeSpan.FromSeconds(60));

    private CancellationToken Watchdog => _watchdog.Token;

    [Fact]
    public void Plans_name_every_topic_with_its_policy_and_fit_the_size_of_messages()
    {
        var settings = new KafkaSettings { Servers = "a:1", Topics = new("x") };
        var plans = TopicPlans.All(settings, TopicOptions.None).ToDictionary(plan => plan.Name);
        Assert.Equal(
            [.. TableSchema.Each.Select(settings.Topics.Of).Append(settings.Topics.Live).Append(settings.Topics.Checkpoints).Append(settings.Topics.Commits).Append(settings.Topics.State).Order()],
            plans.Keys.Order());
        Assert.Equal(["x.commits", "x.state"], plans.Values.Where(plan => plan.Options["cleanup.policy"] == "compact").Select(plan => plan.Name).Order());
        Assert.All(plans.Values, plan => Assert.Equal((8, (short)-1), (plan.Partitions, plan.Replication)));
        Assert.True(long.Parse(plans["x.live"].Options["retention.ms"]) < long.Parse(plans["x.curves"].Options["retention.ms"]));
        // The default fits under a broker's default, which is therefore left alone.
        Assert.All(plans.Values, plan => Assert.DoesNotContain("max.message.bytes", plan.Options.Keys));
        Assert.InRange(TopicPlans.BatchBytes(settings), KafkaSettings.DefaultMessageBytes + 1, 1_048_588);
        var large = TopicPlans.All(settings with { MessageBytes = 5_000_000 }, new(true, 3, 2));
        Assert.All(large, plan => Assert.Equal((3, (short)2, true), (plan.Partitions, plan.Replication, int.Parse(plan.Options["max.message.bytes"]) > 5_000_000)));
    }

    [Fact]
    public async Task Missing_topics_are_named_with_how_to_create_them_and_created_when_asked_to()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        var settings = new KafkaSettings { Servers = broker.Address };
        using var client = KafkaClients.Connect(settings);
        var missing = await TopicInspection.EnsureAsync(client, settings, TopicOptions.None, Watchdog);
        Assert.Equal(9, missing.Count);
        Assert.All(missing, fault => Assert.True(fault.Fatal));
        Assert.Contains("--create-topics", missing[0].Remedy);
        Assert.Contains("cleanup.policy=compact", missing.Single(fault => fault.Topic == "emergence.commits").Remedy);

        Assert.Empty(await TopicInspection.EnsureAsync(client, settings, Create, Watchdog));
        Assert.Empty(await TopicInspection.EnsureAsync(client, settings, TopicOptions.None, Watchdog));
        Assert.Equal("compact", Assert.Single(await client.DescribeAsync(["emergence.commits"], Watchdog)).Options["cleanup.policy"]);
    }

    [Fact]
    public async Task Topics_that_do_not_fit_are_named_with_what_goes_wrong()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        var settings = new KafkaSettings { Servers = broker.Address };
        using var client = KafkaClients.Connect(settings);
        await client.CreateAsync(
            [
                new("emergence.commits", 1, 1, Policy("delete")),
                new("emergence.curves", 1, 1, Policy("compact")),
                new("emergence.checkpoints", 2, 1, Policy("delete")),
                new("emergence.health", 1, 1, new Dictionary<string, string> { ["max.message.bytes"] = "500000" }),
            ],
            Watchdog);
        var faults = await TopicInspection.EnsureAsync(client, settings, Create with { Replication = 2 }, Watchdog, [.. TopicPlans.All(settings, Create).Where(plan => plan.Name.Contains('c') || plan.Name.EndsWith("health"))], groups: 4);
        TopicFault Of(string topic, string about) => Assert.Single(faults, fault => fault.Topic == topic && fault.ToString().Contains(about));
        Assert.True(Of("emergence.commits", "published twice").Fatal);
        Assert.True(Of("emergence.curves", "newest message of a layer").Fatal);
        Assert.True(Of("emergence.health", "--kafka-message-bytes 474400").Fatal);
        Assert.False(Of("emergence.checkpoints", "2 partitions for 4 layer groups").Fatal);
        Assert.False(Of("emergence.checkpoints", "1 copies").Fatal);
    }

    private static Dictionary<string, string> Policy(string policy) => new() { ["cleanup.policy"] = policy };
}
