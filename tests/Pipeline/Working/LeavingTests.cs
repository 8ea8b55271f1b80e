using Emergence.Pipeline.Working;
using Emergence.TestKit.Kafka;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>A worker that is told to leave leaves, whatever it is at.</summary>
[Collection(AloneCollection.Name)]
public sealed class LeavingTests
{
    [Theory]
    [InlineData(ModelPresence.Refuses)]
    [InlineData(ModelPresence.Silent)]
    public void While_the_broker_is_away_a_worker_tries_for_a_while_to_publish_and_then_leaves_it_to_the_next(ModelPresence away)
    {
        using var run = new FakeRun(2, groups: 1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        using var drain = new CancellationTokenSource();
        var working = run.WorkUntilDrainedAsync(
            run.Log.Connect("worker"),
            (reached, _) =>
            {
                if (reached == "behind the commit")
                {
                    run.Log.Presence = away;
                }

                return Task.CompletedTask;
            },
            drain.Token);
        run.Wait(Task.Delay(TimeSpan.FromMinutes(10), run.Clock));
        Assert.False(working.IsCompleted);
        drain.Cancel();
        run.Wait(Task.Delay(WorkerMember.LastPatience * 0.5, run.Clock));
        Assert.False(working.IsCompleted);
        run.Wait(working);
        Assert.Single(run.Told.OfType<WorkerRemark>(), r => r.Text.Contains("step 1 of run/layers-0-1 is committed and not published", StringComparison.Ordinal));

        run.Log.Presence = ModelPresence.Here;
        using var leave = new CancellationTokenSource();
        var next = run.WorkAsync(run.Log.Connect("next"), leave.Token);
        run.Wait(Task.WhenAny(next, UntilAsync(run, run.IsDone)));
        leave.Cancel();
        run.Wait(next);
        Assert.Equal(["1.1", "2.1"], run.Published()["emergence.health run/0"].Select(m => m[..3]));
    }

    [Fact]
    public void What_is_in_work_is_finished_first()
    {
        using var run = new FakeRun(2, groups: 1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        using var drain = new CancellationTokenSource();
        var working = run.WorkUntilDrainedAsync(
            run.Log.Connect("worker"),
            async (reached, revoked) =>
            {
                if (reached == "before the commit")
                {
                    drain.Cancel();
                    await Task.Delay(TimeSpan.FromHours(1), run.Clock, revoked);
                }
            },
            drain.Token);
        run.Wait(working);
        Assert.Equal([1L], run.Told.OfType<WorkPublished>().Select(w => w.Step));
    }

    [Fact]
    public void Work_that_hears_nothing_does_not_keep_a_worker_that_is_told_to_stop_at_once()
    {
        using var run = new FakeRun(1, groups: 1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        using var drain = new CancellationTokenSource();
        using var abort = new CancellationTokenSource();
        var deaf = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var working = run.WorkUntilDrainedAsync(
            run.Log.Connect("worker"),
            (reached, _) =>
            {
                if (reached != "before the commit")
                {
                    return Task.CompletedTask;
                }

                begun.TrySetResult();
                return deaf.Task;
            },
            drain.Token,
            abort.Token);
        run.Wait(begun.Task);
        drain.Cancel();
        run.Wait(Task.Delay(LeaveDeadline.Patience * 2, run.Clock));
        Assert.False(working.IsCompleted);
        abort.Cancel();
        Assert.Contains("it ends as if it were killed", Assert.Throws<LeaveDeadlineException>(() => run.Wait(working)).Message, StringComparison.Ordinal);
        deaf.SetCanceled();
    }

    private static async Task UntilAsync(FakeRun run, Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }
}
