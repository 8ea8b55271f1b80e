using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Proxy;
using Emergence.TestBroker.Wire;
using Emergence.TestKit.Runs;

namespace Emergence.Broker.Tests.Crash;

/// <summary>The program while the connection to its broker breaks, again and again or for long.</summary>
public sealed class ConnectionTests
{
    /// <summary>Says for how many seconds more the broker is away than it takes for the program to notice; the full story is 60.</summary>
    private const string Variable = "EMERGENCE_TEST_AWAY_SECONDS";
    private const int Cuts = 12;
    private const int Noticed = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connections_cut_at_seeded_requests_lose_nothing_and_double_nothing(int seed)
    {
        await using var broker = BrokerUnderTest.Chosen();
        var run = await SmallRun.SharedAsync();
        var expected = await PublishAsync(broker, run);
        await using var proxy = KafkaProxy.Start(broker.Servers);
        proxy.Faults.Scatter(seed, Cuts, among: 40);
        var prefix = broker.Unique("prefix");
        using var process = EmergenceProcess.Start(run.Publish(proxy.Address, prefix));
        Assert.True(await process.ExitAsync() == 0, process.Output + process.Error);
        Assert.InRange(proxy.Faults.Happened.Count, Cuts / 2, Cuts);
        Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: true)).Differences(expected));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_waited_for_by_publish()
    {
        await using var broker = BrokerUnderTest.Chosen();
        var run = await SmallRun.SharedAsync();
        var expected = await PublishAsync(broker, run);
        await using var proxy = KafkaProxy.Start(broker.Servers);
        proxy.Faults.At(ApiKey.EndTxn, 2, new FaultAction.After(proxy.GoAway));
        var prefix = broker.Unique("prefix");
        using var process = EmergenceProcess.Start(run.Publish(proxy.Address, prefix));
        await StayAwayAsync(broker, proxy);
        proxy.Return();
        Assert.True(await process.ExitAsync() == 0, process.Output + process.Error);
        Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: true)).Differences(expected));
    }

    [Fact]
    public async Task With_the_broker_away_the_work_goes_on_and_catches_up_afterwards()
    {
        await using var broker = BrokerUnderTest.Chosen();
        using var run = SmallRun.Unmade();
        var undisturbed = broker.Unique("prefix");
        using (var process = EmergenceProcess.Start(run.Watching("replay", run.At("undisturbed"), SmallRun.Kafka(broker.Servers, undisturbed))))
            Assert.True(await process.ExitAsync() == 0, process.Output + process.Error);
        var expected = await PublishedRun.ReadAsync(broker, undisturbed, sameFolder: false);

        await using var proxy = KafkaProxy.Start(broker.Servers);
        proxy.Faults.At(ApiKey.EndTxn, 1, new FaultAction.CutBefore());
        proxy.Faults.Ask(request =>
        {
            if (request.Api == ApiKey.AddPartitionsToTxn)
                proxy.GoAway();
            return null;
        });
        var (folder, prefix) = (run.At("away"), broker.Unique("prefix"));
        using var working = EmergenceProcess.Start(run.Watching("replay", folder, SmallRun.Kafka(proxy.Address, prefix)));
        await Progress.UntilAsync(() => Directory.Exists(folder) && Directory.EnumerateDirectories(folder, "step-*").Count() == SmallRun.Steps.Count, broker.Patience);
        await StayAwayAsync(broker, proxy);
        Assert.Equal(0, await PublishedStepsAsync(broker, prefix));
        proxy.Faults.Clear();
        proxy.Return();
        Assert.True(await working.ExitAsync() == 0, working.Output + working.Error);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(run.At("undisturbed")), TinyRun.Curves(folder)));
        Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: false)).Differences(expected));
    }

    /// <summary>What an undisturbed publisher leaves.</summary>
    internal static async Task<PublishedRun> PublishAsync(BrokerUnderTest broker, SmallRun run)
    {
        var prefix = broker.Unique("prefix");
        using var process = EmergenceProcess.Start(run.Publish(broker.Servers, prefix));
        Assert.True(await process.ExitAsync() == 0, process.Output + process.Error);
        return await PublishedRun.ReadAsync(broker, prefix, sameFolder: true);
    }

    private static async Task<int> PublishedStepsAsync(BrokerUnderTest broker, string prefix) =>
        (await broker.Client().CommittedAsync(broker, $"{prefix}.commits")).Count;

    private static async Task StayAwayAsync(BrokerUnderTest broker, KafkaProxy proxy)
    {
        await Progress.UntilAsync(() => proxy.Refused >= Noticed, broker.Patience);
        if (int.TryParse(Environment.GetEnvironmentVariable(Variable), out var seconds))
            await Task.Delay(TimeSpan.FromSeconds(seconds));
    }
}
