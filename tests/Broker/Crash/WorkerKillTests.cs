using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Proxy;
using Emergence.TestKit.Runs;
using Xunit.Abstractions;

namespace Emergence.Broker.Tests.Crash;

/// <summary>Two workers that share a run, killed without warning and started again with the same command.</summary>
public sealed class WorkerKillTests(ITestOutputHelper output)
{
    private const string Variable = "EMERGENCE_TEST_KILLS";
    private const int DefaultKills = 4;
    private const int Interrupted = 130;
    private const int Terminated = 143;

    [Fact]
    public async Task Workers_killed_anywhere_end_with_the_folder_and_the_topics_of_undisturbed_ones()
    {
        await using var broker = BrokerUnderTest.Chosen();
        using var run = SmallRun.Unmade();
        var undisturbed = broker.Unique("prefix");
        var requests = await ShareAsync(broker, run, run.At("undisturbed"), undisturbed, new KillBudget(0), new Random(0), 0);
        var rows = await PublishedRun.ReadAsync(broker, undisturbed, sameFolder: false);
        var files = TinyRun.Curves(run.At("undisturbed"));
        Assert.InRange(rows.Messages, 6 * SmallRun.Steps.Count, int.MaxValue);

        var random = new Random(4);
        var budget = new KillBudget(int.TryParse(Environment.GetEnvironmentVariable(Variable), out var kills) ? kills : DefaultKills);
        for (var round = 0; budget.Left > 0; round++)
        {
            var (folder, prefix) = (run.At($"killed{round}"), broker.Unique("prefix"));
            await ShareAsync(broker, run, folder, prefix, budget, random, requests);
            Assert.Empty(TinyRun.Differences(files, TinyRun.Curves(folder)));
            Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: false)).Differences(rows));
        }

        output.WriteLine($"workers against {broker.Name}: {budget}");
    }

    /// <summary>One announcer and two workers, until all is assembled; gives the requests of one worker.</summary>
    private static async Task<int> ShareAsync(BrokerUnderTest broker, SmallRun run, string folder, string prefix, KillBudget budget, Random random, int requests)
    {
        string[] kafka = [.. SmallRun.Kafka(broker.Servers, prefix), "--kafka-config", run.Properties()];
        using var announcer = EmergenceProcess.Start([.. run.Watching("watch", folder, kafka), "--announce", "--layer-groups", "2"], folder: run.Root);
        using var over = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 2).Select(number => WorkAsync(broker, run, prefix, budget, new Random(random.Next()), requests, over.Token)).ToList();
        var code = await announcer.ExitAsync();
        // It ends when all is in the folders. A worker that was killed before it published is to be started again for that.
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (code == 0 && !workers.Any(worker => worker.IsCompleted) && !await IsPublishedAsync(broker, prefix))
            late.Token.ThrowIfCancellationRequested();
        await over.CancelAsync();
        var seen = await Task.WhenAll(workers);
        Assert.True(code == 0, announcer.Output + announcer.Error);
        return seen.Max();
    }

    /// <summary>Whether the group's offsets, which travel with the results, stand behind every announcement. A partition ends with the mark of the last one's transaction.</summary>
    private static async Task<bool> IsPublishedAsync(BrokerUnderTest broker, string prefix)
    {
        var topic = $"{prefix}.checkpoints";
        for (var partition = 0; partition < SmallRun.Partitions; partition++)
        {
            var (high, _) = await broker.EndsAsync(topic, partition);
            if (high > 0 && await broker.OffsetAsync($"{prefix}-workers", topic, partition) != high - 1)
                return false;
        }

        return true;
    }

    /// <summary>One worker, started again whenever it was killed.</summary>
    private static async Task<int> WorkAsync(BrokerUnderTest broker, SmallRun run, string prefix, KillBudget budget, Random random, int requests, CancellationToken over)
    {
        await using var proxy = KafkaProxy.Start(broker.Servers);
        while (true)
        {
            var moment = requests > 0 && budget.Take() ? KillMoment.Draw(random, requests) : null;
            EmergenceProcess? process = null;
            var killer = new RequestKiller(proxy, moment, () => process!.Kill());
            using var started = process = EmergenceProcess.Start(
                ["worker", "--group", $"{prefix}-workers", "--root", run.Root, "--threads", "1", .. SmallRun.Kafka(proxy.Address, prefix), "--kafka-config", run.Properties()], folder: run.Root);
            await using var ended = over.Register(process.Stop);
            var code = await process.ExitAsync();
            budget.Give(moment is not null, code == EmergenceProcess.Killed ? killer.Place : null);
            if (code == EmergenceProcess.Killed && !over.IsCancellationRequested)
                continue;
            // The system ends a program that has only just begun and does not listen yet; it has said nothing then.
            var unheard = code == Terminated && process.Output.Length + process.Error.Length == 0;
            Assert.True(unheard || code is Interrupted or EmergenceProcess.Killed, $"exit code {code}: {process.Output}{process.Error}");
            return killer.Seen;
        }
    }
}
