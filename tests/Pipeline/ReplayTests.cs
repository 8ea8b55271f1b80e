using Emergence.Pipeline.Progress;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests;

/// <summary>Which checkpoints a replay uses, and what it says of the others.</summary>
[Collection(AloneCollection.Name)]
public sealed class ReplayTests
{
    [Fact]
    public async Task A_range_and_every_nth_of_it_are_taken_from_its_first()
    {
        using var tiny = new TinyRun(0, 1, 2, 3, 4, 5);
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny) with { FromStep = 1, ToStep = 4, Every = 2 });
        Assert.Equal([1L, 3L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
    }

    [Fact]
    public async Task A_broken_one_keeps_its_place_in_the_count()
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        Break(tiny, 1);
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny) with { Every = 2 });
        Assert.Equal([0L, 2L, 8L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Empty(told.OfType<CheckpointSkipped>());

        Break(tiny, 2);
        told = await StreamRun.RunAsync(StreamRun.Settings(tiny, "second") with { Every = 2 });
        Assert.Equal([0L, 8L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal(2, Assert.Single(told.OfType<CheckpointSkipped>()).Event.Step);
    }

    [Fact]
    public async Task A_second_folder_of_a_step_is_refused_without_a_place_in_the_count()
    {
        using var tiny = new TinyRun(0, 1, 2);
        Directory.Move(tiny.Add(3), Path.Combine(tiny.Checkpoints, "checkpoint-1"));
        File.Delete(Path.Combine(tiny.Checkpoints, "checkpoint-1", "trainer_state.json"));
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny) with { Every = 2 });
        Assert.Equal([0L, 2L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var refused = Assert.Single(told.OfType<CheckpointSkipped>()).Event;
        Assert.Equal((EventKind.CheckpointRefused, 1L), (refused.Kind, refused.Step));
        Assert.Contains(refused, RunFolderReader.Open(tiny.Run()).Read(0, Tables.Events).Events);
    }

    [Fact]
    public async Task A_broken_step_before_the_newest_is_an_event_of_the_next_commit()
    {
        using var tiny = new TinyRun(0, 1, 4);
        await StreamRun.RunAsync(StreamRun.Settings(tiny));
        tiny.Add(2);
        Break(tiny, 2);
        Assert.Equal(2, Assert.Single((await StreamRun.RunAsync(StreamRun.Settings(tiny))).OfType<CheckpointSkipped>()).Event.Step);
        tiny.Add(8);
        await StreamRun.RunAsync(StreamRun.Settings(tiny));
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal([0L, 1L, 4L, 8L], reader.ListSteps());
        Assert.Equal(EventKind.CheckpointRefused, Assert.Single(reader.Read(8, Tables.Events).Events, e => e.Step == 2).Kind);
    }

    [Fact]
    public async Task Steps_that_are_not_there_are_named()
    {
        using var tiny = new TinyRun(0, 1);
        var problem = await Assert.ThrowsAsync<BadInputException>(() => StreamRun.RunAsync(StreamRun.Settings(tiny) with { FromStep = 5 }));
        Assert.Contains("none of its 2 checkpoints (steps 0 to 1) is of the steps asked for", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_of_other_names_are_found_by_a_pattern()
    {
        using var tiny = new TinyRun(0, 1);
        Directory.Move(Path.Combine(tiny.Checkpoints, "step1"), Path.Combine(tiny.Checkpoints, "model_0001.ckpt"));
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny) with { Pattern = @"model_(?<step>\d+)\.ckpt" });
        Assert.Equal([1L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
    }

    [Fact]
    public async Task One_tokenizer_for_all_checkpoints_gives_the_same_run_as_one_in_each()
    {
        using var tiny = new TinyRun(0, 1);
        await StreamRun.RunAsync(StreamRun.Settings(tiny));
        var each = TinyRun.Curves(tiny.Run());
        var tokenizer = Path.Combine(tiny.Checkpoints, "tokenizer.json");
        File.Move(Path.Combine(tiny.Checkpoints, "step0", "tokenizer.json"), tokenizer);
        File.WriteAllText(Path.Combine(tiny.Checkpoints, "step1", "tokenizer.json"), "{}");
        Directory.Delete(tiny.Run(), recursive: true);

        var settings = StreamRun.Settings(tiny) with { Tokenizer = tokenizer };
        await StreamRun.RunAsync(settings);
        Assert.Empty(TinyRun.Differences(each, TinyRun.Curves(tiny.Run())));

        File.WriteAllText(tokenizer, "{}");
        var problem = await Assert.ThrowsAsync<BadInputException>(() => StreamRun.RunAsync(settings));
        Assert.Contains("not the tokenizer that the run began with", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_tokenizer_anywhere_the_remedy_is_named()
    {
        using var tiny = new TinyRun(0);
        File.Delete(Path.Combine(tiny.Checkpoints, "step0", "tokenizer.json"));
        var problem = await Assert.ThrowsAsync<BadInputException>(() => StreamRun.RunAsync(StreamRun.Settings(tiny)));
        Assert.Contains("--tokenizer FILE", problem.Message, StringComparison.Ordinal);
    }

    private static void Break(TinyRun tiny, long step)
    {
        var weights = Path.Combine(tiny.Checkpoints, $"step{step}", "model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^100]);
    }
}
