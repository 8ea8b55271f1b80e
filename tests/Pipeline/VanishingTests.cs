using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests;

/// <summary>Trainers that delete old checkpoints while these wait to be read.</summary>
[Collection(AloneCollection.Name)]
public sealed class VanishingTests
{
    [Fact]
    public async Task A_checkpoint_that_was_deleted_before_its_turn_is_an_event_and_the_others_are_used()
    {
        using var tiny = new TinyRun(0, 1, 2, 4);
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => Deleting(tiny, [0, 1, 2, 4], deleted: 2));

        Assert.Equal([0L, 1L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var skipped = Assert.Single(told.OfType<CheckpointSkipped>()).Event;
        Assert.Equal((EventKind.CheckpointVanished, EventSeverity.Warning, 2L), (skipped.Kind, skipped.Severity, skipped.Step));
        Assert.Equal([skipped], RunFolderReader.Open(tiny.Run()).Read(2, Tables.Events).Events);

        using var without = new TinyRun(0, 1, 4);
        await StreamRun.RunAsync(StreamRun.Settings(without));
        var others = TinyRun.Curves(tiny.Run()).Where(f => !f.Key.StartsWith("step-0000000002", StringComparison.Ordinal)).ToDictionary();
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(without.Run()), new(others, StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public async Task One_whose_files_are_being_deleted_has_vanished_and_is_not_damaged(string file)
    {
        using var tiny = new TinyRun(0, 1);
        IEnumerable<CheckpointArrival> Script()
        {
            yield return StreamRun.Arrived(tiny.Checkpoints, 0);
            File.Delete(Path.Combine(tiny.Checkpoints, "step1", file));
            yield return StreamRun.Arrived(tiny.Checkpoints, 1);
        }

        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => Script());
        Assert.Equal(EventKind.CheckpointVanished, Assert.Single(told.OfType<CheckpointSkipped>()).Event.Kind);
    }

    [Fact]
    public async Task One_that_is_there_and_cut_short_is_damaged()
    {
        using var tiny = new TinyRun(0, 1);
        var weights = Path.Combine(tiny.Checkpoints, "step1", "model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^10]);
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => [StreamRun.Arrived(tiny.Checkpoints, 0), StreamRun.Arrived(tiny.Checkpoints, 1)]);
        Assert.Equal(EventKind.CheckpointRefused, Assert.Single(told.OfType<CheckpointSkipped>()).Event.Kind);
    }

    [Fact]
    public async Task The_first_checkpoints_may_vanish_and_the_run_begins_with_the_first_that_can_be_read()
    {
        using var tiny = new TinyRun(2, 4);
        CheckpointArrival[] arrivals = [StreamRun.Arrived(tiny.Checkpoints, 0), StreamRun.Arrived(tiny.Checkpoints, 1), StreamRun.Arrived(tiny.Checkpoints, 2), StreamRun.Arrived(tiny.Checkpoints, 4)];
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => arrivals);
        Assert.Equal([2L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal([0L, 1L], told.OfType<CheckpointSkipped>().Select(c => c.Event.Step));
        Assert.Equal([0L, 1L, 2L, 4L], RunFolderReader.Open(tiny.Run()).ListSteps());
    }

    [Fact]
    public async Task A_replay_of_which_every_checkpoint_vanished_says_so()
    {
        using var tiny = new TinyRun();
        var problem = await Assert.ThrowsAsync<BadInputException>(() => StreamRun.RunAsync(
            StreamRun.Settings(tiny), _ => [StreamRun.Arrived(tiny.Checkpoints, 0), StreamRun.Arrived(tiny.Checkpoints, 1)]));
        Assert.Contains("all 2 checkpoints were deleted before one could be read", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tiny.Run()));
    }

    [Fact]
    public async Task What_vanished_last_is_not_forgotten_by_the_next_start()
    {
        using var tiny = new TinyRun(0, 1);
        await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => Deleting(tiny, [0, 1], deleted: 1));
        tiny.Add(2);
        await StreamRun.RunAsync(StreamRun.Settings(tiny));
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal([0L, 1L, 2L], reader.ListSteps());
        Assert.Equal(EventKind.CheckpointVanished, Assert.Single(reader.Read(1, Tables.Events).Events).Kind);
    }

    [Fact]
    public async Task A_source_that_found_it_missing_itself_is_believed()
    {
        using var tiny = new TinyRun(0, 4);
        CheckpointArrival[] arrivals = [StreamRun.Arrived(tiny.Checkpoints, 0), new VanishedCheckpoint(2, "step2", default), StreamRun.Arrived(tiny.Checkpoints, 4), new VanishedCheckpoint(3, "step3", default)];
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny), _ => arrivals);
        Assert.Equal([2L, 3L], told.OfType<CheckpointSkipped>().Select(c => c.Event.Step).Order());
        Assert.Equal([0L, 2L, 4L], RunFolderReader.Open(tiny.Run()).ListSteps());
    }

    private static IEnumerable<CheckpointArrival> Deleting(TinyRun tiny, long[] steps, long deleted)
    {
        foreach (var step in steps)
        {
            if (step == deleted)
            {
                Directory.Delete(Path.Combine(tiny.Checkpoints, $"step{step}"), recursive: true);
            }

            yield return StreamRun.Arrived(tiny.Checkpoints, step);
        }
    }
}
