using Emergence.Pipeline.Working;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;
using Emergence.TestKit.Kafka;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>Workers that share no disk: what a group's run folder holds comes through topic <c>state</c>.</summary>
[Collection(AloneCollection.Name)]
public sealed class WorkerStateTests
{
    private const int Steps = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_worker_with_a_disk_of_its_own_takes_over_from_one_that_died_at_any_call(bool behind)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> undisturbed;
        using (var run = new FakeRun(Steps))
        {
            run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
            Work(run, "one");
            undisturbed = run.Published();
        }

        var brought = 0;
        // Every third call, before it or behind it: what each call does when it fails is told elsewhere.
        for (var at = behind ? 2 : 1; ; at += 3)
        {
            using var run = new FakeRun(Steps);
            run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
            var dying = run.Log.Connect("dying", call => call.Number == at ? ModelFault.Death(behind) : null);
            using var leave = new CancellationTokenSource();
            var first = run.WorkAsync(dying, leave.Token, disk: "one");
            run.Wait(Task.WhenAny(first, DoneAsync(run)));
            if (!dying.IsDead)
            {
                leave.Cancel();
                run.Wait(first);
                Assert.InRange(at, 60, 1000);
                Assert.InRange(brought, 10, 1000);
                return;
            }

            Assert.Throws<ProcessDiedException>(() => run.Wait(first));
            Work(run, "two");
            brought += run.Told.OfType<WorkerRemark>().Any(r => r.Text.Contains("was brought", StringComparison.Ordinal)) ? 1 : 0;
            Assert.True(run.IsDone());
            foreach (var (key, messages) in undisturbed)
            {
                Assert.True(messages.SequenceEqual(run.Published()[key]), $"death at call {at}: {key} has {string.Join(", ", run.Published()[key].Select(m => m.Split(' ')[0]))}");
            }
        }
    }

    [Fact]
    public void What_a_worker_committed_and_never_published_gives_way_to_what_another_published()
    {
        using var run = new FakeRun(Steps, groups: 1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer"), upTo: 2));
        var dying = run.Log.Connect("dying");
        var met = 0;
        var first = run.WorkAsync(
            dying,
            CancellationToken.None,
            (reached, _) =>
            {
                if (reached == "behind the commit" && ++met == 2)
                {
                    dying.Die();
                    throw new ProcessDiedException();
                }

                return Task.CompletedTask;
            },
            "one");
        Assert.Throws<ProcessDiedException>(() => run.Wait(first));
        Work(run, "two");
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        Work(run, "one");

        var (one, two) = (RunFolderReader.Open(Folder(run, "one")), RunFolderReader.Open(Folder(run, "two")));
        Assert.Equal([1L, 2L, 3L], one.ListSteps());
        Assert.Equal(two.ReadCommits(), one.ReadCommits().Take(2), (a, b) => (a.Sequence, a.Step, a.Hash) == (b.Sequence, b.Step, b.Hash));
        Assert.Equal(2, run.Told.OfType<WorkerRemark>().Count(r => r.Text.Contains("was brought", StringComparison.Ordinal)));
        Assert.Equal(["1.1", "2.1", "3.1"], run.Published()["emergence.health run/0"].Select(m => m.Split(' ')[0]));
    }

    [Fact]
    public void Only_the_newest_state_is_left_in_the_topic_when_it_is_compacted()
    {
        using var run = new FakeRun(Steps, groups: 1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        Work(run, "one");
        var left = run.Log.Committed(run.Kafka.Topics.State).GroupBy(m => m.Key!).Select(g => g.Last()).Where(m => m.Value is not null).Select(m => m.Key!).ToList();
        Assert.Equal(["run/layers-0-1/step-0000000003/state/clock#1", "run/layers-0-1/step-0000000003/state/clock#2"], left.Where(k => k.Contains("/state/", StringComparison.Ordinal)).Order());
        Assert.Contains("run/layers-0-1/run.json#1", left);
        Assert.Contains("run/layers-0-1/step-0000000001/commit.json#1", left);
        Assert.Contains("run/layers-0-1/step-0000000001/sae/layers.0/cfg.json#1", left);
    }

    [Fact]
    public void A_worker_without_the_folder_says_so_when_nobody_has_replicated_it()
    {
        using var run = new FakeRun(Steps, groups: 1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer"), upTo: 1));
        using (var leave = new CancellationTokenSource())
        {
            var first = run.WorkAsync(run.Log.Connect("on a shared disk"), leave.Token);
            run.Wait(Task.WhenAny(first, DoneAsync(run)));
            leave.Cancel();
            run.Wait(first);
        }

        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        var problem = Assert.Throws<BadInputException>(() => run.Wait(run.WorkAsync(run.Log.Connect("alone"), CancellationToken.None, disk: "two")));
        Assert.Contains("--state kafka", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(run.Disk("two"), "run", "groups")));
    }

    private static string Folder(FakeRun run, string disk) => Path.Combine(run.Disk(disk), "run", "groups", "layers-0-1");

    private static void Work(FakeRun run, string disk)
    {
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect($"worker on {disk}"), leave.Token, disk: disk);
        run.Wait(Task.WhenAny(working, DoneAsync(run)));
        leave.Cancel();
        run.Wait(working);
    }

    private static async Task DoneAsync(FakeRun run)
    {
        while (!run.IsDone())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }
}
