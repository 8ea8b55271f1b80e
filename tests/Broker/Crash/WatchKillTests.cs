using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Proxy;
using Emergence.TestKit.Runs;
using Xunit.Abstractions;

namespace Emergence.Broker.Tests.Crash;

/// <summary><c>watch</c> and <c>replay</c> that publish as they go, killed without warning and started again with the same command.</summary>
public sealed class WatchKillTests(ITestOutputHelper output)
{
    /// <summary>Says how many kills there shall be of each verb; a dozen of both together by default.</summary>
    private const string Variable = "EMERGENCE_TEST_KILLS";
    private const int DefaultKills = 6;

    [Theory]
    [InlineData("replay")]
    [InlineData("watch")]
    public async Task A_run_killed_anywhere_ends_with_the_folder_and_the_topics_of_an_undisturbed_one(string verb)
    {
        await using var broker = BrokerUnderTest.Chosen();
        using var run = SmallRun.Unmade();
        await using var proxy = KafkaProxy.Start(broker.Servers);
        var undisturbed = broker.Unique("prefix");
        var (code, text, requests) = await StartAsync(proxy, run.Watching(verb, run.At("undisturbed"), SmallRun.Kafka(proxy.Address, undisturbed)), null, new KillBudget(0));
        Assert.True(code == 0, text);
        var rows = await PublishedRun.ReadAsync(broker, undisturbed, sameFolder: false);
        var files = TinyRun.Curves(run.At("undisturbed"));
        Assert.InRange(rows.Messages, 6 * SmallRun.Steps.Count, int.MaxValue);

        var random = new Random(verb.Length);
        var budget = new KillBudget(int.TryParse(Environment.GetEnvironmentVariable(Variable), out var kills) ? kills : DefaultKills);
        for (var round = 0; budget.Left > 0; round++)
        {
            var (folder, prefix) = (run.At($"killed{round}"), broker.Unique("prefix"));
            do
            {
                var moment = budget.Take() ? KillMoment.Draw(random, requests) : null;
                (code, text, _) = await StartAsync(proxy, run.Watching(verb, folder, SmallRun.Kafka(proxy.Address, prefix)), moment, budget);
            }
            while (code == EmergenceProcess.Killed);

            Assert.True(code == 0, text);
            Assert.Empty(TinyRun.Differences(files, TinyRun.Curves(folder)));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder, ".tmp-*"));
            Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: false)).Differences(rows));
        }

        output.WriteLine($"{verb} against {broker.Name}: {budget}");
    }

    private static async Task<(int Code, string Text, int Requests)> StartAsync(KafkaProxy proxy, IReadOnlyList<string> arguments, KillMoment? moment, KillBudget budget)
    {
        EmergenceProcess? process = null;
        var killer = new RequestKiller(proxy, moment, () => process!.Kill());
        using var started = process = EmergenceProcess.Start(arguments);
        var code = await process.ExitAsync();
        budget.Give(moment is not null, code == EmergenceProcess.Killed ? killer.Place : null);
        return (code, process.Output + process.Error, killer.Seen);
    }
}
