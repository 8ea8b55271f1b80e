using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>A worker that outlives its runs holds neither their memory nor their folders.</summary>
[Collection(AloneCollection.Name)]
public sealed class OpenGroupsTests
{
    [Fact]
    public void A_run_is_let_go_of_when_work_of_others_comes_and_goes_on_when_its_own_comes_again()
    {
        using var run = new FakeRun(3);
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect("worker"), leave.Token);
        Send(run, working, "a", 1);
        Send(run, working, "b", 1);
        Assert.Equal((true, true), (IsTaken(run, "a"), IsTaken(run, "b")));
        Send(run, working, "c", 1);
        Assert.Equal((false, true, true), (IsTaken(run, "a"), IsTaken(run, "b"), IsTaken(run, "c")));
        Send(run, working, "b", 2);
        Send(run, working, "a", 2);
        Assert.Equal((true, true, false), (IsTaken(run, "a"), IsTaken(run, "b"), IsTaken(run, "c")));
        leave.Cancel();
        run.Wait(working);
        Assert.All(["a", "b", "c"], name => Assert.False(IsTaken(run, name)));
        Assert.Equal(["a 1", "a 2", "b 1", "b 2", "c 1"], run.Told.OfType<WorkPublished>().Where(w => w.Anew).Select(w => $"{w.Key[..1]} {w.Step}").Order());
    }

    [Fact]
    public void Every_group_is_let_go_of_when_there_is_no_work_for_long()
    {
        using var run = new FakeRun(3);
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect("worker"), leave.Token);
        Send(run, working, "a", 1);
        run.Wait(Task.Delay(WorkerMember.IdlePatience / 2, run.Clock));
        Assert.True(IsTaken(run, "a"));
        Send(run, working, "a", 2);
        run.Wait(Task.Delay(WorkerMember.IdlePatience * 0.9, run.Clock));
        Assert.True(IsTaken(run, "a"));
        run.Wait(UntilAsync(run, () => !IsTaken(run, "a")));
        Assert.Single(run.Told.OfType<WorkerRemark>(), r => r.Text.StartsWith("closed, because there has been no work", StringComparison.Ordinal));
        Send(run, working, "a", 3);
        Assert.True(IsTaken(run, "a"));
        leave.Cancel();
        run.Wait(working);
        Assert.Equal([1L, 2L, 3L], run.Told.OfType<WorkPublished>().Where(w => w.Anew).Select(w => w.Step));
    }

    private static bool IsTaken(FakeRun run, string name) => RunFolderStore.IsTaken(Path.Combine(run.Root, name, "groups", run.Groups[0].Name));

    private static void Send(FakeRun run, Task working, string name, long number)
    {
        run.Wait(SendAsync(run, run.Announcement(run.Journal(), run.Groups[0], number) with { Run = name, Folder = name }));
        run.Wait(Task.WhenAny(working, UntilAsync(run, () => run.Told.OfType<WorkPublished>().Any(w => w.Key.StartsWith(name, StringComparison.Ordinal) && w.Step == number))));
        Assert.False(working.IsCompleted);

        // What is closed for it is closed behind its message: the next second begins when that has ended.
        run.Wait(Task.Delay(TimeSpan.FromSeconds(1), run.Clock));
    }

    private static async Task SendAsync(FakeRun run, Announcement announcement)
    {
        using var producer = run.Log.Connect("stranger").OpenTransactional("stranger");
        await producer.InitialiseAsync(default);
        producer.Begin();
        await producer.SendAsync(new KafkaMessage(run.Kafka.Topics.Checkpoints, announcement.Key, announcement.ToBytes(), []), default);
        await producer.CommitAsync(default);
    }

    private static async Task UntilAsync(FakeRun run, Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }
}
