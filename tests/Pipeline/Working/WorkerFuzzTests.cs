using Emergence.Sinks.Kafka.Client;
using Emergence.TestKit.Kafka;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>
/// Workers that die at every call, that are given up for lost and wake up again, and that come and go: whatever happens, the topics end with
/// what an undisturbed worker leaves there, each message once and in order per key.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class WorkerFuzzTests
{
    private const int Steps = 4;
    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyList<string>>> s_undisturbed = new(() =>
    {
        using var run = new FakeRun(Steps);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        Finish(run, []);
        return run.Published();
    });

    [Fact]
    public void An_undisturbed_worker_publishes_each_step_once_and_in_order()
    {
        var published = s_undisturbed.Value;
        foreach (var layer in Enumerable.Range(0, 4))
        {
            Assert.Equal(["1.1", "2.1", "3.1", "4.1"], published[$"emergence.health run/{layer}"].Select(m => m.Split(' ')[0]));
        }

        // Events without a layer come from the first group only.
        Assert.Equal(4, published["emergence.events run"].Count);
        Assert.Equal(4, published["emergence.commits run/layers-0-1"].Count);
        Assert.Equal(4, published["emergence.commits run/layers-2-3"].Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_worker_that_dies_at_any_call_is_replaced_without_a_trace(bool behind)
    {
        for (var at = 1; ; at++)
        {
            using var run = new FakeRun(Steps);
            run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
            var dying = run.Log.Connect("dying", call => call.Number == at ? ModelFault.Death(behind) : null);
            using var leave = new CancellationTokenSource();
            var first = run.WorkAsync(dying, leave.Token);
            run.Wait(Task.WhenAny(first, DoneAsync(run)));
            if (!dying.IsDead)
            {
                Assert.InRange(at, 40, 1000);
                leave.Cancel();
                run.Wait(first);
                return;
            }

            Finish(run, [first]);
            AssertUndisturbed(run, $"death at call {at}");
        }
    }

    [Theory]
    [InlineData("before opening")]
    [InlineData("before the commit")]
    [InlineData("behind the commit")]
    public void A_worker_that_dies_in_its_work_is_replaced_without_a_trace(string place)
    {
        for (var at = 1; at <= 2 * Steps; at++)
        {
            using var run = new FakeRun(Steps);
            run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
            var dying = run.Log.Connect("dying");
            var met = 0;
            using var leave = new CancellationTokenSource();
            var first = run.WorkAsync(dying, leave.Token, (reached, _) =>
            {
                if (reached == place && Interlocked.Increment(ref met) == at)
                {
                    dying.Die();
                    throw new ProcessDiedException();
                }

                return Task.CompletedTask;
            });
            run.Wait(Task.WhenAny(first, DoneAsync(run)));
            leave.Cancel();
            Finish(run, [first]);
            AssertUndisturbed(run, $"death {place}, the {at}. time");
        }
    }

    [Fact]
    public void A_call_that_fails_in_any_way_is_made_good()
    {
        foreach (var kind in new[] { FailureKind.Retriable, FailureKind.Abortable, FailureKind.ProducerLost })
        {
            for (var at = 1; at < 60; at += 2)
            {
                using var run = new FakeRun(Steps);
                run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
                var behind = at % 4 == 1;
                var failing = run.Log.Connect("failing", call => call.Number == at && Fails(call.Operation, kind) ? new ModelFault(kind, behind) : null);
                Finish(run, [], failing);
                AssertUndisturbed(run, $"{kind} {(behind ? "behind" : "before")} call {at}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Workers_that_come_go_die_and_are_lost_at_random_leave_no_trace(int quarter)
    {
        for (var seed = quarter * 1000; seed < (quarter * 1000) + 25; seed++)
        {
            using var run = new FakeRun(Steps);
            run.Wait(StormAsync(run, seed));
            Finish(run, []);
            AssertUndisturbed(run, $"seed {seed}");
        }
    }

    [Fact]
    public void An_announcer_that_dies_at_any_call_announces_nothing_twice_and_leaves_nothing_out()
    {
        foreach (var behind in new[] { false, true })
        {
            for (var at = 1; ; at++)
            {
                using var run = new FakeRun(Steps);
                var dying = run.Log.Connect("dying", call => call.Number == at ? ModelFault.Death(behind) : null);
                run.Wait(EndAsync(run.AnnounceAsync(dying)));
                run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
                var announced = run.Log.Committed(run.Kafka.Topics.Checkpoints).GroupBy(m => m.Key!).ToList();
                Assert.Equal(2, announced.Count);
                Assert.All(announced, group => Assert.Equal(run.Steps, group.Select(m => Emergence.Pipeline.Announcing.AnnouncementReader.Parse(m).Step)));
                Assert.Equal(run.Steps, run.Journal().Entries.Select(e => e.Step));
                if (!dying.IsDead)
                {
                    Assert.InRange(at, 10, 1000);
                    break;
                }
            }
        }
    }

    // A call that has not been made cannot have left a transaction to abort.
    private static bool Fails(ModelOperation operation, FailureKind kind) => kind switch
    {
        FailureKind.Abortable => operation is ModelOperation.Send or ModelOperation.SendOffsets or ModelOperation.Commit,
        FailureKind.ProducerLost => operation is ModelOperation.Begin or ModelOperation.Send or ModelOperation.SendOffsets or ModelOperation.Commit,
        _ => operation is not ModelOperation.Begin,
    };

    /// <summary>Several workers; each is slow at random, and dies, leaves or is lost at random.</summary>
    private static async Task StormAsync(FakeRun run, int seed)
    {
        var random = new Random(seed);
        var announcing = run.AnnounceAsync(run.Log.Connect("announcer"));
        var workers = new List<Task>();
        var leaves = new List<CancellationTokenSource>();
        for (var i = 0; i < 4; i++)
        {
            var (process, dies, slow) = ($"worker {i}", random.Next(2) == 0 ? random.Next(1, 80) : int.MaxValue, random.Next(1, 40));
            var behind = random.Next(2) == 0;
            var leave = new CancellationTokenSource();
            leaves.Add(leave);
            var client = run.Log.Connect(process, call => call.Number == dies ? ModelFault.Death(behind) : null);
            workers.Add(EndAsync(run.WorkAsync(client, leave.Token, (_, revoked) => Task.Delay(TimeSpan.FromSeconds(slow), run.Clock, revoked))));
        }

        var losses = new List<Task>();
        for (var moment = 0; moment < 6; moment++)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 30)), run.Clock);
            switch (random.Next(3))
            {
                case 0:
                    await leaves[random.Next(leaves.Count)].CancelAsync();
                    break;
                default:
                    losses.Add(run.Log.LoseAsync(FakeRun.Group, $"worker {random.Next(workers.Count)}", TimeSpan.FromSeconds(random.Next(1, 50))));
                    break;
            }
        }

        await announcing;
        await Task.WhenAll(losses);
        foreach (var leave in leaves)
        {
            await leave.CancelAsync();
        }

        await Task.WhenAll(workers);
        leaves.ForEach(l => l.Dispose());
    }

    /// <summary>A worker that nothing happens to finishes what is left.</summary>
    private static void Finish(FakeRun run, IReadOnlyList<Task> earlier, IKafkaClient? client = null)
    {
        using var leave = new CancellationTokenSource();
        var last = run.WorkAsync(client ?? run.Log.Connect("last"), leave.Token);
        run.Wait(Task.WhenAny(last, DoneAsync(run)));
        leave.Cancel();
        run.Wait(last);
        run.Wait(Task.WhenAll(earlier.Select(EndAsync)));
        Assert.True(run.IsDone());
    }

    private static async Task DoneAsync(FakeRun run)
    {
        while (!run.IsDone())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }

    private static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (ProcessDiedException)
        {
            // It was meant to.
        }
    }

    private static void AssertUndisturbed(FakeRun run, string what)
    {
        var (expected, actual) = (s_undisturbed.Value, run.Published());
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, messages) in expected)
        {
            Assert.True(messages.SequenceEqual(actual[key]), $"{what}: {key} has {string.Join(", ", actual[key].Select(m => m.Split(' ')[0]))}");
        }
    }
}
