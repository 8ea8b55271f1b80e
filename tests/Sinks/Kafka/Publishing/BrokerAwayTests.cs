using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.TestKit;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

public sealed class BrokerAwayTests : IDisposable
{
    private readonly OutboxSetup _setup = new();

    public void Dispose() => _setup.Dispose();

    [Theory]
    [InlineData(ModelPresence.Refuses)]
    [InlineData(ModelPresence.Silent)]
    public void A_broker_that_is_away_for_a_minute_is_caught_up_with(ModelPresence presence)
    {
        _setup.Commit(1);
        using var publisher = _setup.Publisher(_setup.Log.Connect());
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        _setup.Log.Presence = presence;
        _setup.Commit(2, 3, 4);
        var publishing = publisher.PublishPendingAsync(CancellationToken.None);
        var start = _setup.Clock.GetUtcNow();
        _setup.Clock.Pass(TimeSpan.FromSeconds(60));

        Assert.False(publishing.IsCompleted);
        Assert.Single(_setup.Log.Committed(OutboxSetup.Topics.Commits));
        _setup.Commit(5);
        _setup.Log.Presence = ModelPresence.Here;
        _setup.Wait(publishing);
        _setup.Check();
        Assert.Equal(5, publisher.PublishedSequence);
        Assert.Equal(0, _setup.Told.OfType<CommitPublished>().Last().Pending);
        if (presence == ModelPresence.Refuses)
        {
            // A silent one is told of when enough calls have waited in vain.
            var away = Assert.Single(_setup.Told.OfType<BrokerAway>());
            Assert.InRange((away.Since - start).TotalSeconds, 0, 1);
            Assert.Equal(away.Since, Assert.Single(_setup.Told.OfType<BrokerBack>()).Since);
            Assert.Contains("every broker is down", away.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_may_be_away_for_a_night()
    {
        _setup.Commit(1);
        _setup.Log.Presence = ModelPresence.Refuses;
        using var publisher = _setup.Publisher(_setup.Log.Connect());
        var publishing = publisher.PublishPendingAsync(CancellationToken.None);
        _setup.Clock.Pass(TimeSpan.FromHours(12));
        Assert.Single(_setup.Told);

        Assert.False(publishing.IsCompleted);
        _setup.Log.Presence = ModelPresence.Here;
        _setup.Wait(publishing);
        _setup.Check();
    }

    [Fact]
    public void Pauses_grow_to_a_longest_one_and_stay_there()
    {
        Assert.Equal([0.05, 0.1, 0.2, 5, 5], new[] { 0, 1, 2, 30, int.MaxValue }.Select(attempt => PublishResilience.Delay(attempt, 0).TotalSeconds));
        Assert.Equal(10, PublishResilience.Delay(5_000_000, 1).TotalSeconds);
    }

    [Fact]
    public void Nothing_of_what_waits_is_kept_in_memory_while_it_is_away()
    {
        const int Commits = 12;
        using (var store = _setup.Open())
        {
            for (var step = 1; step <= Commits; step++)
            {
                store.Commit(SampleResults.Make(step, step, features: 4_000), SampleRun.Details, SampleRun.Parts);
            }
        }

        var bytes = Directory.EnumerateFiles(_setup.Run, "*.arrow", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        Assert.True(bytes > 12_000_000, $"{bytes} bytes wait");
        var sent = 0;
        using var publisher = _setup.Publisher(_setup.Log.Connect("p", call =>
        {
            // It goes away in the midst of the first transaction.
            if (call.Operation == ModelOperation.Send && ++sent == 5)
            {
                _setup.Log.Presence = ModelPresence.Refuses;
            }

            return null;
        }));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var publishing = publisher.PublishPendingAsync(CancellationToken.None);
        for (var second = 0; second < 120; second += 10)
        {
            _setup.Clock.Pass(TimeSpan.FromSeconds(10));
            var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.True(kept < bytes / Commits, $"{kept} bytes are kept of {bytes}");
        }

        Assert.False(publishing.IsCompleted);
        _setup.Log.Presence = ModelPresence.Here;
        _setup.Wait(publishing);
        _setup.Check();
    }

    [Fact]
    public void A_commit_that_the_broker_does_not_answer_is_settled_by_the_cursor()
    {
        _setup.Commit(1, 2);
        var commits = 0;
        using var publisher = _setup.Publisher(_setup.Log.Connect("p", call =>
        {
            if (call.Operation == ModelOperation.Commit && ++commits == 1)
            {
                // It does what it was asked for, and then is silent until the call has been given up.
                return new ModelFault(FailureKind.ProducerLost, true);
            }

            return null;
        }));
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        _setup.Check();
        Assert.Equal([1L, 2L], _setup.Told.OfType<CommitPublished>().Select(p => p.Commit.Sequence));
    }

    [Fact]
    public void A_process_that_slept_through_its_transaction_leaves_the_run_to_the_one_that_goes_on_with_it()
    {
        _setup.Commit(1, 2);
        var slept = false;
        using var sleeper = _setup.Publisher(_setup.Log.Connect("sleeper", call =>
        {
            if (!slept && call.Operation == ModelOperation.Commit)
            {
                slept = true;
                _setup.Clock.Advance(TimeSpan.FromMinutes(2));
                _setup.Publish(_setup.Log.Connect("successor"));
            }

            return null;
        }));
        Assert.Throws<PublisherFencedException>(() => _setup.Wait(sleeper.PublishPendingAsync(CancellationToken.None)));
        _setup.Check();
    }

    [Fact]
    public void A_publisher_that_was_cut_off_for_a_moment_leaves_the_run_to_the_one_that_has_it_now()
    {
        _setup.Commit(1, 2);
        using var newer = _setup.Publisher(_setup.Log.Connect("newer"));
        var cut = false;
        using var older = _setup.Publisher(_setup.Log.Connect("older", call =>
        {
            if (cut || call.Operation != ModelOperation.Commit)
            {
                return null;
            }

            // Meanwhile the newer one publishes all there is, the very commit included whose outcome the older one does not know.
            cut = true;
            _setup.Wait(newer.PublishPendingAsync(CancellationToken.None));
            return new ModelFault(FailureKind.ProducerLost, false);
        }));
        var e = Assert.Throws<PublisherFencedException>(() => _setup.Wait(older.PublishPendingAsync(CancellationToken.None)));
        Assert.Contains("published by another process meanwhile", e.InnerException!.Message, StringComparison.Ordinal);
        _setup.Commit(3);
        _setup.Wait(newer.PublishPendingAsync(CancellationToken.None));
        _setup.Check();
    }

    [Fact]
    public void What_it_looks_for_its_successor_in_does_not_wait_for_the_transaction_that_it_left_open_itself()
    {
        _setup.Commit(1, 2);
        var start = _setup.Clock.GetUtcNow();
        var sent = 0;
        using var publisher = _setup.Publisher(_setup.Log.Connect("p", call =>
            call.Operation == ModelOperation.Commit && ++sent == 2 ? new ModelFault(FailureKind.ProducerLost, false) : null));
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        _setup.Check();
        Assert.InRange((_setup.Clock.GetUtcNow() - start).TotalSeconds, 0, 5);
    }

    [Fact]
    public void A_commit_that_takes_too_long_each_time_is_not_called_a_silent_broker()
    {
        _setup.Commit(1);
        using var publisher = _setup.Publisher(
            _setup.Log.Connect("p", call =>
            {
                if (call.Operation == ModelOperation.Commit)
                {
                    _setup.Clock.Advance(TimeSpan.FromSeconds(50));
                }

                return null;
            }),
            options => options with { Servers = "b:9092", Patience = TimeSpan.FromMinutes(5) });
        var e = Assert.Throws<BrokerAwayException>(() => _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None)));
        Assert.Contains("commit 1 (step 1) did not go through within 45 s, of which the client took ", e.Message, StringComparison.Ordinal);
        Assert.Contains("raise transaction.timeout.ms", e.Message, StringComparison.Ordinal);
        Assert.Contains("raise transaction.timeout.ms", Assert.Single(_setup.Told.OfType<BrokerAway>()).Reason, StringComparison.Ordinal);
        _setup.Publish(_setup.Log.Connect());
        _setup.Check();
    }

    [Fact]
    public void Who_only_looks_takes_nothing_over()
    {
        _setup.Commit(1, 2);
        using var publisher = _setup.Publisher(_setup.Log.Connect("publisher"));
        _setup.Wait(publisher.PublishNextAsync(CancellationToken.None));
        using var other = _setup.Publisher(_setup.Log.Connect("other"));
        IReadOnlyList<CommitEntry> lacking = [];
        _setup.Wait(LookAsync());
        Assert.Equal([2L], lacking.Select(c => c.Sequence));
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        _setup.Check();

        async Task LookAsync() => lacking = await other.LookAsync(CancellationToken.None);
    }
}
