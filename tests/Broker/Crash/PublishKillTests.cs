using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Proxy;
using Xunit.Abstractions;

namespace Emergence.Broker.Tests.Crash;

/// <summary><c>publish</c> killed without warning at a hundred seeded moments and started again with the same command.</summary>
public sealed class PublishKillTests(ITestOutputHelper output)
{
    private const int Kills = 100;
    private const int Lanes = 6;

    [Fact]
    public async Task A_publisher_killed_anywhere_leaves_what_an_undisturbed_one_does()
    {
        await using var broker = BrokerUnderTest.Chosen();
        var run = await SmallRun.SharedAsync();
        var (expected, requests) = await UndisturbedAsync(broker, run);
        var budget = new KillBudget(Kills);
        await Parallel.ForEachAsync(Enumerable.Range(0, Lanes), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (lane, _) =>
        {
            var random = new Random(lane);
            while (budget.Left > 0)
            {
                await using var proxy = KafkaProxy.Start(broker.Servers);
                var prefix = broker.Unique("prefix");
                while (await StartAsync(proxy, prefix, run, budget.Take() ? KillMoment.Draw(random, requests) : null, budget) == EmergenceProcess.Killed)
                {
                }

                Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: true)).Differences(expected));
            }
        });
        output.WriteLine($"against {broker.Name}: {budget}");
        Assert.Equal(Kills, budget.Killed);
        Assert.All(Enum.GetValues<KillPlace>(), place => Assert.True(budget.At(place) > 0, $"no kill fell {place}"));
    }

    private static async Task<(PublishedRun Published, int Requests)> UndisturbedAsync(BrokerUnderTest broker, SmallRun run)
    {
        await using var proxy = KafkaProxy.Start(broker.Servers);
        var prefix = broker.Unique("prefix");
        using var process = EmergenceProcess.Start(run.Publish(proxy.Address, prefix));
        var requests = new RequestKiller(proxy, null, process.Kill);
        Assert.True(await process.ExitAsync() == 0, process.Output + process.Error);
        var published = await PublishedRun.ReadAsync(broker, prefix, sameFolder: true);
        Assert.InRange(published.Messages, 6 * SmallRun.Steps.Count, int.MaxValue);
        return (published, requests.Seen);
    }

    /// <summary>Starts it once; gives its exit code.</summary>
    private static async Task<int> StartAsync(KafkaProxy proxy, string prefix, SmallRun run, KillMoment? moment, KillBudget budget)
    {
        EmergenceProcess? process = null;
        var killer = new RequestKiller(proxy, moment, () => process!.Kill());
        using var started = process = EmergenceProcess.Start(run.Publish(proxy.Address, prefix));
        var code = await process.ExitAsync();
        budget.Give(moment is not null, code == EmergenceProcess.Killed ? killer.Place : null);
        Assert.True(code is 0 or EmergenceProcess.Killed, $"exit code {code}: {process.Output}{process.Error}");
        return code;
    }
}
