using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests;

/// <summary><c>--late insert</c>: a late step is measured and nothing else in the run knows of it.</summary>
[Collection(AloneCollection.Name)]
public sealed class LateInsertTests
{
    private static readonly long[] s_used = [0, 1, 4, 8];

    [Fact]
    public async Task Every_other_step_is_the_same_to_the_byte_with_and_without_the_insertion()
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        var told = await StreamRun.RunAsync(Inserting(tiny, "with"), _ => Script(tiny));
        await StreamRun.RunAsync(Inserting(tiny, "without") with { Run = Path.Combine(tiny.Run("other"), "with") }, _ => s_used.Select(s => StreamRun.Arrived(tiny.Checkpoints, s)));

        var (with, without) = (tiny.Run("with"), Path.Combine(tiny.Run("other"), "with"));
        Assert.Equal([0L, 1L, 4L, 2L, 8L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Empty(TinyRun.Differences(Everything(without), Everything(with, but: 2)));
        Assert.Contains(Everything(with).Keys, f => f.EndsWith("state/layers.1.sae", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_inserted_step_has_rows_SAEs_and_its_event_and_no_state()
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        await StreamRun.RunAsync(Inserting(tiny), _ => Script(tiny));
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal([0L, 1L, 2L, 4L, 8L], reader.ListSteps());
        Assert.Equal([false, false, true, false, false], reader.ListSteps().Select(s => reader.ReadCommit(s).Inserted));
        Assert.Equal([null, 0L, null, 1L, 4L], reader.ListSteps().Select(s => reader.ReadCommit(s).PreviousStep));

        var inserted = reader.Read(2, Tables.All);
        var late = Assert.Single(inserted.Events);
        Assert.Equal((EventKind.CheckpointLate, EventSeverity.Info, 2L), (late.Kind, late.Severity, late.Step));
        Assert.Contains("inserted", late.Message, StringComparison.Ordinal);
        Assert.Equal(2 * 64, inserted.Features.Count);
        Assert.All(inserted.Features, f => Assert.Null(f.CosinePrevious));
        Assert.All(inserted.Health, h => Assert.InRange(h.Fvu, 0, 0.9));
        Assert.Equal(2 * 128, inserted.TokensSeen);
        Assert.True(File.Exists(Path.Combine(reader.StepFolder(2), "sae", "layers.0", "sae_weights.safetensors")));
        Assert.False(Directory.Exists(Path.Combine(reader.StepFolder(2), "state")));
        Assert.True(Directory.Exists(Path.Combine(reader.StepFolder(8), "state")));
    }

    [Theory]
    [InlineData(CheckpointPhase.Train)]
    [InlineData(CheckpointPhase.Measure)]
    [InlineData(CheckpointPhase.Commit)]
    public async Task A_run_killed_in_an_insertion_goes_on_and_ends_with_the_same_bytes(CheckpointPhase killedIn)
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        var (whole, killed) = (Inserting(tiny) with { Run = Path.Combine(tiny.Run("whole"), "run") }, Inserting(tiny));
        await StreamRun.RunAsync(whole, _ => Script(tiny));
        using var kill = new CancellationTokenSource();
        await StreamRun.RunAsync(killed, _ => Script(tiny), e =>
        {
            if (e is CheckpointProgress { Step: 2 } progress && progress.Phase == killedIn)
            {
                kill.Cancel();
            }
        }, kill.Token);
        Assert.DoesNotContain(8L, RunFolderReader.Open(killed.Run).ListSteps());

        var told = await StreamRun.RunAsync(killed, _ => Script(tiny));
        Assert.Equal(8, told.OfType<CheckpointCommitted>().Last().Result.Step);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(whole.Run), TinyRun.Curves(killed.Run)));
    }

    [Fact]
    public async Task A_step_that_appears_between_two_replays_is_inserted_and_known_afterwards()
    {
        using var tiny = new TinyRun(0, 1, 4);
        await StreamRun.RunAsync(Inserting(tiny));
        tiny.Add(2);
        tiny.Add(8);
        var told = await StreamRun.RunAsync(Inserting(tiny));
        Assert.Equal([2L, 8L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        told = await StreamRun.RunAsync(Inserting(tiny));
        Assert.Empty(told.OfType<CheckpointCommitted>());
        Assert.Equal([0L, 1L, 2L, 4L, 8L], Assert.IsType<RunOpened>(told[0]).Committed.Select(c => c.Step));
    }

    [Fact]
    public async Task An_insertion_that_is_the_last_thing_in_a_run_leaves_the_newest_state_in_its_place()
    {
        using var tiny = new TinyRun(0, 1, 4);
        await StreamRun.RunAsync(Inserting(tiny));
        tiny.Add(2);
        await StreamRun.RunAsync(Inserting(tiny));
        tiny.Add(8);
        await StreamRun.RunAsync(Inserting(tiny));

        using var undisturbed = new TinyRun(0, 1, 4, 8);
        await StreamRun.RunAsync(Inserting(undisturbed));
        Assert.Empty(TinyRun.Differences(Everything(undisturbed.Run()), Everything(tiny.Run(), but: 2)));
    }

    [Fact]
    public async Task Unless_insertion_was_asked_for_a_late_step_is_an_event_of_the_next_commit()
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => Script(tiny));
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal(s_used, reader.ListSteps());
        Assert.Contains(reader.Read(8, Tables.Events).Events, e => e.Kind == EventKind.CheckpointLate && e.Step == 2);
    }

    [Fact]
    public async Task A_late_step_that_cannot_be_used_is_an_event_of_the_next_commit()
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        File.Copy(Path.Combine(tiny.Checkpoints, "step1", "model.safetensors"), Path.Combine(tiny.Checkpoints, "step2", "model.safetensors"), overwrite: true);
        await StreamRun.RunAsync(Inserting(tiny), _ => Script(tiny));
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal(s_used, reader.ListSteps());
        Assert.Equal(EventKind.CheckpointRefused, Assert.Single(reader.Read(8, Tables.Events).Events, e => e.Step == 2).Kind);
    }

    [Fact]
    public async Task A_reader_that_follows_a_run_is_told_of_an_inserted_step()
    {
        using var tiny = new TinyRun(0, 1, 2, 4);
        await StreamRun.RunAsync(Inserting(tiny), _ => [StreamRun.Arrived(tiny.Checkpoints, 0), StreamRun.Arrived(tiny.Checkpoints, 4)]);
        using var stop = new CancellationTokenSource();
        await using var rows = RunFolderReader.Open(tiny.Run()).FollowAsync(Tables.Curves, 4, TimeSpan.FromMilliseconds(1), TimeProvider.System, stop.Token).GetAsyncEnumerator();
        var next = rows.MoveNextAsync().AsTask();
        await StreamRun.RunAsync(Inserting(tiny), _ => [Late(tiny)]);
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, rows.Current.Step);
    }

    private static WatchSettings Inserting(TinyRun tiny, string run = "run") => StreamRun.Settings(tiny, run) with { Late = LatePolicy.Insert };

    private static LateCheckpoint Late(TinyRun tiny)
    {
        var arrived = StreamRun.Arrived(tiny.Checkpoints, 2);
        return new LateCheckpoint(2, arrived.Folder, arrived.At, 4) { Files = arrived.Files, Progress = new TrainingProgress(256, null) };
    }

    private static CheckpointArrival[] Script(TinyRun tiny) =>
    [
        StreamRun.Arrived(tiny.Checkpoints, 0), StreamRun.Arrived(tiny.Checkpoints, 1), StreamRun.Arrived(tiny.Checkpoints, 4), Late(tiny), StreamRun.Arrived(tiny.Checkpoints, 8),
    ];

    /// <summary>Every file of the steps but the times: tables, SAEs, state.</summary>
    private static SortedDictionary<string, byte[]> Everything(string run, long but = -1) => new(
        Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(run, f))
            .Where(f => f.StartsWith("step-", StringComparison.Ordinal) && Path.GetFileName(f) is not ("health.arrow" or "commit.json") && !f.StartsWith($"step-{but:D10}", StringComparison.Ordinal))
            .ToDictionary(f => f, f => File.ReadAllBytes(Path.Combine(run, f))),
        StringComparer.Ordinal);
}
