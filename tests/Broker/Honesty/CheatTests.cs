using System.Collections.Concurrent;
using Emergence.Broker.Tests.Crash;
using Emergence.Broker.Tests.Suite;
using Emergence.TestBroker.Proxy;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Emergence.Broker.Tests.Honesty;

/// <summary>Every check of the suite fails, by an assertion, against a broker that breaks the promise it is about: none passes whatever happens.</summary>
public sealed class CheatTests(ITestOutputHelper output)
{
    private const string Aborted = nameof(VisibilityChecks.Aborted_messages_are_hidden_from_readers_of_what_is_committed_and_are_there_for_others);
    private const string Whole = nameof(VisibilityChecks.A_transaction_is_seen_whole_in_all_its_topics_and_partitions);
    private const string Open = nameof(VisibilityChecks.An_open_transaction_of_another_program_holds_back_what_lies_behind_it_and_nothing_of_that_is_missed);
    private const string Glimpse = nameof(VisibilityChecks.A_glimpse_waits_for_no_open_transaction_and_sees_what_stands_before_it);
    private const string TimeOut = nameof(VisibilityChecks.What_a_dead_program_left_open_is_ended_by_the_broker_s_time_out);
    private const string Successor = nameof(FencingChecks.A_transaction_that_a_dead_producer_left_open_is_aborted_when_its_successor_initialises);
    private const string Fenced = nameof(FencingChecks.A_second_producer_fences_the_first_whose_commit_fails);
    private const string FencedForGood = nameof(FencingChecks.A_fenced_producer_cannot_begin_again);
    private const string Offsets = nameof(OffsetChecks.Offsets_count_when_their_transaction_is_committed_and_not_when_it_is_aborted);
    private const string Generation = nameof(OffsetChecks.Offsets_of_a_former_generation_are_refused);
    private const string CutOff = nameof(OffsetChecks.A_worker_that_was_cut_off_cannot_deliver_what_another_has_taken_over);
    private const string Cut = nameof(CutChecks.A_connection_cut_anywhere_in_a_transaction_loses_nothing_and_doubles_nothing);
    private const string Away = nameof(CutChecks.A_broker_that_is_away_in_the_midst_of_a_transaction_is_waited_for);

    private static readonly (Cheats Cheat, string[] Noticed)[] Expected =
    [
        (Cheats.ShowAborted, [Aborted, TimeOut]),
        (Cheats.NoFencing, [Successor, Fenced, FencedForGood]),
        (Cheats.DropTransactionalOffsets, [Offsets]),
        (Cheats.OffsetsCountAtOnce, [Offsets]),
        (Cheats.StableOffsetIsHighWatermark, [Open, Glimpse, Away]),
        (Cheats.NoGenerationCheck, [Generation, CutOff]),
        (Cheats.ForgetSequences, [Cut]),
        (Cheats.CommitByHalves, [Whole]),
    ];

    [Fact]
    public void Every_check_is_known_to_be_able_to_fail() =>
        Assert.Equal(Checks.ByName.Keys.Order(), Expected.SelectMany(each => each.Noticed).Distinct().Order());

    [Fact]
    public async Task A_broker_that_breaks_its_word_is_found_out()
    {
        await RunAsync(Expected.SelectMany(each => each.Noticed.Select(check => (check, new Func<BrokerUnderTest>(() => BrokerUnderTest.Cheating(each.Cheat))))));
    }

    [Fact]
    public async Task The_mock_cluster_is_found_out()
    {
        await RunAsync(new[] { Aborted, Successor, Fenced, FencedForGood, Offsets }.Select(check => (check, new Func<BrokerUnderTest>(BrokerUnderTest.Mock))));
    }

    [Fact]
    public async Task The_comparison_of_a_killed_run_with_an_undisturbed_one_notices_messages_of_an_aborted_transaction()
    {
        await using var broker = BrokerUnderTest.Cheating(Cheats.ShowAborted);
        var run = await SmallRun.SharedAsync();
        var expected = await ConnectionTests.PublishAsync(broker, run);
        await using var proxy = KafkaProxy.Start(broker.Servers);
        var prefix = broker.Unique("prefix");
        EmergenceProcess? process = null;
        var killer = new RequestKiller(proxy, new KillMoment(ApiKey.Produce, 1, After: true), () => process!.Kill());
        using (process = EmergenceProcess.Start(run.Publish(proxy.Address, prefix)))
            Assert.Equal(EmergenceProcess.Killed, await process.ExitAsync());
        Assert.Equal(KillPlace.Inside, killer.Place);

        using (var again = EmergenceProcess.Start(run.Publish(broker.Servers, prefix)))
            Assert.True(await again.ExitAsync() == 0, again.Error);
        Assert.NotEmpty((await PublishedRun.ReadAsync(broker, prefix, sameFolder: true)).Differences(expected));
    }

    /// <summary>Side by side, because they mostly wait.</summary>
    private async Task RunAsync(IEnumerable<(string Check, Func<BrokerUnderTest> Broker)> cases)
    {
        ConcurrentBag<string> unnoticed = [];
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (each, _) =>
        {
            await using var broker = each.Broker();
            try
            {
                await Checks.ByName[each.Check](broker);
                unnoticed.Add($"{each.Check} passes against {broker.Name}");
            }
            catch (XunitException noticed)
            {
                lock (output)
                    output.WriteLine($"{broker.Name}: {each.Check}: {noticed.Message.ReplaceLineEndings(" ")}");
            }
            catch (Exception otherwise)
            {
                unnoticed.Add($"{each.Check} fails against {broker.Name}, but by no assertion: {otherwise}");
            }
        });
        Assert.True(unnoticed.IsEmpty, string.Join(Environment.NewLine, unnoticed));
    }
}
