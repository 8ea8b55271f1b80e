using System.Text.Json.Nodes;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit;

namespace Emergence.Pipeline.Tests.Working;

[Collection(AloneCollection.Name)]
public sealed class FolderTurnTests
{
    [Fact]
    public void A_member_waits_for_as_long_as_another_process_has_the_folder_and_says_so_once()
    {
        using var run = new FakeRun(1);
        using var folder = new TemporaryFolder();
        var store = RunFolderStore.Open(folder["group"], new RunDescription(new RunIdentity("run", "fake", 1, "1", "test"), new JsonObject()), run.Clock);
        var told = new List<string>();
        var turn = FolderTurn.WaitAsync(folder["group"], run.Clock, told.Add, CancellationToken.None);
        run.Wait(Task.Delay(TimeSpan.FromSeconds(5), run.Clock));
        Assert.Empty(told);
        run.Wait(Task.Delay(TimeSpan.FromMinutes(10), run.Clock));
        Assert.False(turn.IsCompleted);
        Assert.Contains(folder["group"], Assert.Single(told), StringComparison.Ordinal);
        store.Dispose();
        run.Wait(turn);
        Assert.Single(told);
    }

    [Fact]
    public void A_worker_that_waits_for_a_folder_leaves_as_soon_as_it_is_told_to()
    {
        using var run = new FakeRun(1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        using var first = RunFolderStore.Open(
            Path.Combine(run.Settings.Run, "groups", "layers-0-1"), new RunDescription(new RunIdentity("run", "fake", 1, "1", "test"), new JsonObject()), run.Clock);
        using var drain = new CancellationTokenSource();
        var working = run.WorkUntilDrainedAsync(run.Log.Connect("worker"), null, drain.Token);
        run.Wait(Task.Delay(TimeSpan.FromMinutes(2), run.Clock));
        Assert.False(working.IsCompleted);
        drain.Cancel();
        run.Wait(working);
        Assert.Empty(run.Told.OfType<WorkRefused>());
        Assert.Empty(run.Told.OfType<MessagePassedOver>());
    }
}
