using System.Text.Json.Nodes;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Safetensors;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Watching;

[Collection(AloneCollection.Name)]
public sealed class InspectStageTests
{
    private static string Folder(TinyRun tiny, long step) => Path.Combine(tiny.Checkpoints, $"step{step}");

    /// <summary>Steps 0, 1, 2 in two shards each; the second shard of step 2 is step 1's.</summary>
    private static TinyRun Mixed(out string shard)
    {
        var tiny = new TinyRun(0, 1, 2);
        var names = Array.ConvertAll([0L, 1L, 2L], step => ShardedWeights.Cut(Folder(tiny, step)));
        shard = names[0][1];
        File.Copy(Path.Combine(Folder(tiny, 1), shard), Path.Combine(Folder(tiny, 2), shard), overwrite: true);
        return tiny;
    }

    [Fact]
    public async Task A_checkpoint_with_one_shard_of_another_step_is_refused_naming_shard_and_step()
    {
        using var tiny = Mixed(out var shard);
        var run = await RecordedRun.ReplayAsync(tiny);
        var refusal = Assert.Single(run.Told.OfType<CheckpointSkipped>()).Event;
        Assert.Equal((EventKind.CheckpointRefused, 2L), (refusal.Kind, refusal.Step));
        Assert.Contains("one shard of another step", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(shard, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("step 1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("shard_of_another_step", refusal.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_of_steps_that_an_earlier_start_committed_are_known()
    {
        using var tiny = Mixed(out var shard);
        var aside = Path.Combine(tiny.Run(), "..", "aside");
        Directory.Move(Folder(tiny, 2), aside);
        await RecordedRun.ReplayAsync(tiny);
        Directory.Move(aside, Folder(tiny, 2));
        var run = await RecordedRun.ReplayAsync(tiny);
        Assert.Contains(shard, Assert.Single(run.Told.OfType<CheckpointSkipped>()).Event.Message, StringComparison.Ordinal);
        Assert.Equal(2, RunFolderReader.Open(tiny.Run()).ReadCommit(1).Shards!.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copies_are_used_with_an_event_when_that_is_asked_for(bool oneShard)
    {
        using var tiny = oneShard ? Mixed(out _) : new TinyRun(0, 1, 2);
        if (!oneShard)
        {
            File.Copy(Path.Combine(Folder(tiny, 1), "model.safetensors"), Path.Combine(Folder(tiny, 2), "model.safetensors"), overwrite: true);
        }

        var run = await RecordedRun.ReplayAsync(tiny, s => s with { Copies = CopyPolicy.Use });
        Assert.Equal([0L, 1L, 2L], run.Told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var notice = Assert.Single(RecordedRun.Events(tiny, 2), e => e.Kind == EventKind.CheckpointCopy);
        Assert.Contains("step 1", notice.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(RecordedRun.Events(tiny, 1), e => e.Kind == EventKind.CheckpointCopy);
        if (!oneShard)
        {
            Assert.All(RecordedRun.Health(tiny, 2), h => Assert.Equal((0.0, 0.0), (h.WeightDistance, h.LayerWeightDistance)));
        }
    }

    [Fact]
    public async Task A_run_that_an_older_version_began_goes_on()
    {
        using var tiny = new TinyRun(0, 1);
        await RecordedRun.ReplayAsync(tiny);

        // What a commit held before shards and distances were recorded.
        var step = Path.Combine(tiny.Run(), "step-0000000001");
        var path = Path.Combine(step, "commit.json");
        var commit = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        commit.Remove("shards");
        commit.Remove("weight_distance");
        var files = commit["files"]!.AsArray();
        files.Remove(files.First(f => (string)f!["path"]! == "state/weights.sketch"));
        File.WriteAllText(path, commit.ToJsonString());
        File.Delete(Path.Combine(step, "state", "weights.sketch"));

        var copy = tiny.Add(2);
        File.Copy(Path.Combine(Folder(tiny, 1), "model.safetensors"), Path.Combine(copy, "model.safetensors"), overwrite: true);
        tiny.Add(4);
        var run = await RecordedRun.ReplayAsync(tiny);
        Assert.Contains("step 1", Assert.Single(run.Told.OfType<CheckpointSkipped>()).Event.Message, StringComparison.Ordinal);
        Assert.Equal([4L], run.Told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.All(RecordedRun.Health(tiny, 4), h => Assert.Null(h.WeightDistance));
    }

    [Fact]
    public async Task The_distance_to_the_step_before_is_published_and_the_same_after_a_resume()
    {
        using var whole = new TinyRun(0, 1, 4);
        await RecordedRun.ReplayAsync(whole);
        Assert.All(RecordedRun.Health(whole, 0), h => Assert.Equal((null, null), (h.WeightDistance, h.LayerWeightDistance)));
        var exact = Exact(Folder(whole, 1), Folder(whole, 0));
        Assert.All(RecordedRun.Health(whole, 1), h => Assert.InRange(h.WeightDistance!.Value / exact, 0.95, 1.05));
        Assert.Equal(RecordedRun.Health(whole, 1)[0].WeightDistance, RunFolderReader.Open(whole.Run()).ReadCommit(1).WeightDistance);
        Assert.Equal(2, RecordedRun.Health(whole, 4).Select(h => h.LayerWeightDistance).Distinct().Count());

        using var parts = new TinyRun(0, 1);
        await RecordedRun.ReplayAsync(parts);
        parts.Add(4);
        Directory.Delete(Folder(parts, 1), recursive: true);
        await RecordedRun.ReplayAsync(parts);
        Assert.Equal(
            RecordedRun.Health(whole, 4).Select(h => (h.WeightDistance, h.LayerWeightDistance)),
            RecordedRun.Health(parts, 4).Select(h => (h.WeightDistance, h.LayerWeightDistance)));
    }

    [Fact]
    public async Task Without_the_loss_there_is_none_and_the_curves_are_the_same()
    {
        using var with = new TinyRun(0, 1);
        await RecordedRun.ReplayAsync(with, s => s with { Layers = [0] });
        using var without = new TinyRun(0, 1);
        await RecordedRun.ReplayAsync(without, s => s with { Layers = [0], MeasureLoss = false });
        Assert.All(RecordedRun.Health(without, 1), h => Assert.Null(h.LmLoss));
        Assert.Null(RunFolderReader.Open(without.Run()).ReadCommit(1).LmLoss);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(with.Run()), TinyRun.Curves(without.Run())));
    }

    [Fact]
    public async Task The_recorded_loss_is_that_of_the_whole_model_whatever_layers_are_watched()
    {
        using var all = new TinyRun(0);
        await RecordedRun.ReplayAsync(all);
        using var first = new TinyRun(0);
        await RecordedRun.ReplayAsync(first, s => s with { Layers = [0] });
        Assert.Equal(RecordedRun.Health(all, 0)[0].LmLoss!.Value, RecordedRun.Health(first, 0)[0].LmLoss!.Value, 5);
    }

    [Fact]
    public async Task A_trainer_that_deletes_a_checkpoint_as_soon_as_it_is_loaded_does_no_harm()
    {
        using var tiny = new TinyRun(0, 1);
        var run = await RecordedRun.ReplayAsync(tiny, onEvent: e =>
        {
            // Told between the hashing and the loading.
            if (e is CheckpointProgress { Phase: CheckpointPhase.Load } loading)
            {
                Directory.Delete(Folder(tiny, loading.Step), recursive: true);
            }
        });
        Assert.Equal([0L, 1L], run.Told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        using var undisturbed = new TinyRun(0, 1);
        await RecordedRun.ReplayAsync(undisturbed);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(undisturbed.Run()), TinyRun.Curves(tiny.Run())));
    }

    [Fact]
    public async Task Weights_of_a_refused_checkpoint_make_no_other_step_a_copy()
    {
        using var tiny = new TinyRun(0, 1, 2);
        File.Copy(Path.Combine(Folder(tiny, 2), "model.safetensors"), Path.Combine(Folder(tiny, 1), "model.safetensors"), overwrite: true);
        File.WriteAllText(Path.Combine(Folder(tiny, 1), "tokenizer.json"), "{}");
        var run = await RecordedRun.ReplayAsync(tiny);
        Assert.Equal([0L, 2L], run.Told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
    }

    private static double Exact(string now, string before)
    {
        using var first = SafetensorsFolder.Open(now);
        using var second = SafetensorsFolder.Open(before);
        var (difference, norm) = (0.0, 0.0);
        foreach (var tensor in ParameterInfo.Of(ModelConfig.Load(now)))
        {
            foreach (var (a, b) in first.ReadFloats(tensor.Name).Zip(second.ReadFloats(tensor.Name)))
            {
                difference += Math.Pow((double)a - b, 2);
                norm += (double)b * b;
            }
        }

        return Math.Sqrt(difference / norm);
    }
}
