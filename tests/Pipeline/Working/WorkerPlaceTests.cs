using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Working;
using Emergence.TestKit;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>What is wrong with a worker ends it and loses nothing; what is wrong with a run is refused and ends nobody.</summary>
[Collection(AloneCollection.Name)]
public sealed class WorkerPlaceTests
{
    [Fact]
    public void A_worker_with_another_root_ends_with_what_it_looked_for_and_commits_no_offset()
    {
        using var run = new FakeRun(2);
        run.MakeFiles();
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        using var elsewhere = new TemporaryFolder();
        AssertUnfit(run, elsewhere.Path, "--root", "announced.json", "run", elsewhere.Path);
        Finish(run);
    }

    [Theory]
    [InlineData("checkpoints", "the checkpoint of run run is not found: looked for checkpoints")]
    [InlineData("probe.jsonl", "the probe set of run run is not found: looked for probe.jsonl")]
    [InlineData("text.txt", "the training text of run run is not found: looked for text.txt")]
    public void What_is_not_found_below_the_root_is_named(string missing, string said)
    {
        using var run = new FakeRun(2);
        run.MakeFiles();
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        var path = Path.Combine(run.Root, missing);
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
        else
        {
            File.Delete(path);
        }

        AssertUnfit(run, run.Root, "--root", said, run.Root);
        run.MakeFiles();
        Finish(run);
    }

    [Fact]
    public void A_worker_without_the_device_that_a_run_asks_for_ends_and_commits_no_offset()
    {
        using var run = new FakeRun(1);
        run.MakeFiles();
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer"), with: a => a with { Settings = a.Settings with { Device = "cuda:63" } }));
        AssertUnfit(run, run.Root, "--device", "run run is announced for cuda:63");
    }

    [Fact]
    public void A_checkpoint_that_was_deleted_since_is_worked_on_as_such()
    {
        // The folder it lay in is there; that the checkpoint is not, the run says in an event.
        using var run = new FakeRun(2);
        run.MakeFiles();
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        Finish(run);
    }

    [Fact]
    public void A_folder_of_another_run_of_the_name_is_the_messages_fault_and_not_the_workers()
    {
        using var run = new FakeRun(2);
        run.MakeFiles();
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        File.Delete(Path.Combine(run.Settings.Run, AnnouncementJournal.FileName));
        run.Clock.Advance(TimeSpan.FromHours(1));
        run.Journal();
        Work(run, run.IsDone);
        Assert.Equal(4, run.Told.OfType<WorkRefused>().Count());
        Assert.All(run.Told.OfType<WorkRefused>(), r => Assert.Contains("is of another run of that name", r.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_no_worker_can_open_is_tried_once_passed_over_to_its_end_and_others_go_on()
    {
        using var run = new FakeRun(3);
        run.MakeFiles();
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        var opener = new Refusing(new FakeWork.Opener(run.Clock, (_, _) => Task.CompletedTask), "run/layers-0-1");
        Work(run, run.IsDone, opener);
        Assert.Equal(1, opener.Refused);
        var refused = run.Told.OfType<WorkRefused>().ToList();
        Assert.Equal([(1L, false), (2L, true), (3L, true)], refused.Select(r => (r.Step, r.Again)));
        Assert.Single(refused.Select(r => r.Problem).Distinct());
        Assert.Equal([1L, 2L, 3L], run.Told.OfType<WorkPublished>().Where(w => w.Anew && w.Key == "run/layers-2-3").Select(w => w.Step));
        Assert.Empty(run.Told.OfType<MessagePassedOver>());
    }

    private static void AssertUnfit(FakeRun run, string root, string setting, params string[] parts)
    {
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect("unfit"), leave.Token, placedAt: root);
        var problem = Assert.Single(Assert.Throws<SettingsException>(() => run.Wait(working)).Problems);
        Assert.Equal(setting, problem.Setting);
        Assert.Contains("emergence.checkpoints[", problem.Problem, StringComparison.Ordinal);
        Assert.Contains("lost", problem.Remedy, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, problem.Problem, StringComparison.Ordinal));
        Assert.All(Enumerable.Range(0, 3), partition => Assert.True(run.Log.Offset(FakeRun.Group, run.Kafka.Topics.Checkpoints, partition) is null or 0));
        Assert.Empty(run.Told.OfType<WorkPublished>());
    }

    private static void Finish(FakeRun run)
    {
        Work(run, run.IsDone);
        Assert.Equal(run.Steps.Length * run.Groups.Count, run.Told.OfType<WorkPublished>().Count(w => w.Anew));
    }

    private static void Work(FakeRun run, Func<bool> until, IGroupOpener? opener = null)
    {
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect("worker"), leave.Token, opener: opener, placedAt: run.Root);
        run.Wait(Task.WhenAny(working, UntilAsync(run, until)));
        leave.Cancel();
        run.Wait(working);
    }

    private static async Task UntilAsync(FakeRun run, Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }

    private sealed class Refusing(IGroupOpener next, string key) : IGroupOpener
    {
        public int Refused { get; private set; }

        public Task<IGroupWork> OpenAsync(AnnouncedWork first, CancellationToken cancellationToken)
        {
            if (first.Key != key)
            {
                return next.OpenAsync(first, cancellationToken);
            }

            Refused++;
            throw new MalformedAnnouncementException(first.Place, "", "its model has no layers", "mend it");
        }
    }
}
