using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Proxy;
using Emergence.TestBroker.Wire;

namespace Emergence.Broker.Tests.Crash;

/// <summary>Two processes that publish one run: the older is fenced, says so, and has done no harm.</summary>
public sealed class TwoPublishersTests
{
    [Fact]
    public async Task The_older_of_two_publishers_of_one_folder_is_fenced_and_says_so()
    {
        await using var broker = BrokerUnderTest.Chosen();
        var run = await SmallRun.SharedAsync();
        var expected = await ConnectionTests.PublishAsync(broker, run);
        var prefix = broker.Unique("prefix");
        await OlderIsFencedAsync(broker, prefix, servers => run.Publish(servers, prefix), servers => run.Publish(servers, prefix));
        Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: true)).Differences(expected));
    }

    [Fact]
    public async Task The_older_of_two_runs_of_one_name_in_different_folders_is_fenced_and_says_so()
    {
        await using var broker = BrokerUnderTest.Chosen();
        using var run = SmallRun.Unmade();
        var prefix = broker.Unique("prefix");
        await OlderIsFencedAsync(
            broker, prefix,
            servers => run.Watching("replay", run.At("older"), SmallRun.Kafka(servers, prefix)),
            servers => run.Watching("replay", run.At("newer"), SmallRun.Kafka(servers, prefix)));
        var published = await PublishedRun.ReadAsync(broker, prefix, sameFolder: false);
        Assert.InRange(published.Messages, 6 * SmallRun.Steps.Count, int.MaxValue);
        using var again = EmergenceProcess.Start(run.Watching("replay", run.At("newer"), SmallRun.Kafka(broker.Servers, prefix)));
        Assert.True(await again.ExitAsync() == 0, again.Output + again.Error);
        Assert.Empty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: false)).Differences(published));
    }

    /// <summary>Holds the older one at its first commit until the newer one has published everything.</summary>
    private static async Task OlderIsFencedAsync(
        BrokerUnderTest broker, string prefix, Func<string, IReadOnlyList<string>> first, Func<string, IReadOnlyList<string>> second)
    {
        await using var proxy = KafkaProxy.Start(broker.Servers);
        var released = new TaskCompletionSource();
        proxy.Faults.At(ApiKey.EndTxn, 1, new FaultAction.Hold(released.Task));
        using var older = EmergenceProcess.Start(first(proxy.Address));
        await Progress.UntilAsync(() => proxy.Faults.Count(ApiKey.EndTxn) == 1, broker.Patience);
        using (var newer = EmergenceProcess.Start(second(broker.Servers)))
            Assert.True(await newer.ExitAsync() == 0, newer.Output + newer.Error);
        released.SetResult();
        var code = await older.ExitAsync();
        Assert.True(code is not 0 and not EmergenceProcess.Killed, older.Output + older.Error);
        Assert.Contains($"{prefix}.run", older.Error, StringComparison.Ordinal);
        Assert.Contains("another", older.Error, StringComparison.Ordinal);
    }
}
