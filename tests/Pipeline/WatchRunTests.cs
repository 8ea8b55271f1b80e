using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.TestKit.Runs;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Tests;

/// <summary>The whole graph on a tiny model, without a terminal, a broker or a GPU.</summary>
[Collection(AloneCollection.Name)]
public sealed class WatchRunTests
{
    private static readonly long[] s_steps = [0, 1, 2, 4];

    [Fact]
    public async Task Every_checkpoint_is_committed_once_in_order_with_rows_of_every_layer()
    {
        using var tiny = new TinyRun(s_steps);
        var told = await RunAsync(tiny);

        Assert.IsType<RunOpened>(told[0]);
        Assert.False(Assert.IsType<RunEnded>(told[^1]).Interrupted);
        Assert.Equal(s_steps, told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal(s_steps, reader.ListSteps());
        var last = reader.Read(4, Tables.Curves | Tables.Features | Tables.Firings | Tables.Health | Tables.Events);
        Assert.Equal(2 * 5, last.Curves.Count);
        Assert.Equal(2 * 64, last.Features.Count);
        Assert.Equal([0, 1], last.Health.Select(h => h.Layer));
        Assert.All(reader.Read(0, Tables.Health).Health, h => Assert.InRange(h.Fvu, 0, 0.9));
        Assert.All(last.Health, h => Assert.InRange(h.LmLoss!.Value, 1, 20));
        Assert.Equal(last.Features.Sum(f => f.Firings), Firings(last, "genre"));
        Assert.Equal(4 * 128, last.TokensSeen);
    }

    [Fact]
    public async Task The_hook_point_is_named_in_the_run_and_in_its_SAEs_and_decides_what_they_see()
    {
        using var tiny = new TinyRun(0, 1);
        await RunAsync(tiny);
        await RunAsync(tiny, "mlp", s => s with { Hook = HookPoint.MlpOut });

        string Sae(string run) => File.ReadAllText(Directory.GetFiles(tiny.Run(run), "cfg.json", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(Path.Combine("layers.1", "cfg.json"), StringComparison.Ordinal) && !f.Contains("sparsify", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last());
        Assert.Contains("layers.1.mlp_out", File.ReadAllText(Path.Combine(tiny.Run("mlp"), "run.json")), StringComparison.Ordinal);
        Assert.Contains("\"blocks.1.hook_mlp_out\"", Sae("mlp"), StringComparison.Ordinal);
        Assert.Contains("layers.1.resid_post", File.ReadAllText(Path.Combine(tiny.Run(), "run.json")), StringComparison.Ordinal);
        Assert.Contains("\"blocks.1.hook_resid_post\"", Sae("run"), StringComparison.Ordinal);
        Assert.NotEmpty(TinyRun.Differences(TinyRun.Curves(tiny.Run()), TinyRun.Curves(tiny.Run("mlp"))));
        var problem = await Assert.ThrowsAsync<BadInputException>(() => RunAsync(tiny, "mlp"));
        Assert.Contains("hook_points", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_run_twice_has_the_same_bytes()
    {
        using var tiny = new TinyRun(s_steps);
        await RunAsync(tiny, "run");
        var first = TinyRun.Curves(tiny.Run());
        Directory.Delete(tiny.Run(), recursive: true);
        await RunAsync(tiny, "run");
        Assert.Empty(TinyRun.Differences(first, TinyRun.Curves(tiny.Run())));
        Assert.Equal(4 * s_steps.Length, first.Count);
    }

    [Fact]
    public async Task A_run_in_two_starts_equals_a_run_in_one()
    {
        using var whole = new TinyRun(s_steps);
        await RunAsync(whole);
        using var parts = new TinyRun(0, 1);
        await RunAsync(parts);
        parts.Add(2);
        parts.Add(4);
        var told = await RunAsync(parts);
        Assert.Equal([2L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal([0L, 1L], Assert.IsType<RunOpened>(told[0]).Committed.Select(c => c.Step));
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(whole.Run()), TinyRun.Curves(parts.Run())));
    }

    [Fact]
    public async Task No_native_tensor_is_left_alive()
    {
        using var tiny = new TinyRun(s_steps);
        await RunAsync(tiny, "first");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        await RunAsync(tiny, "second");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public async Task Memory_and_disk_do_not_grow_with_the_tokens_streamed()
    {
        var (fewBytes, fewTensors, fewFiles) = await AtTheEndOfTrainingAsync(4096);
        var (manyBytes, manyTensors, manyFiles) = await AtTheEndOfTrainingAsync(16 * 4096);

        // Held activations of the further tokens alone would take 2 layers × 61 440 tokens × 16 floats = 7.8 MB.
        Assert.InRange(manyBytes - fewBytes, long.MinValue, 1 << 20);

        // Which batches wait in the bounded stages at that moment depends on timing: at most a dozen tensors.
        Assert.InRange(manyTensors - fewTensors, -12, 12);
        Assert.Equal(fewFiles, manyFiles);
    }

    [Fact]
    public async Task A_copy_of_another_steps_weights_is_refused_with_an_event_and_the_rest_goes_on()
    {
        using var tiny = new TinyRun(0, 1, 4);
        File.Copy(Path.Combine(tiny.Checkpoints, "step1", "model.safetensors"), Path.Combine(tiny.Add(2), "model.safetensors"), overwrite: true);
        var told = await RunAsync(tiny);
        Assert.Equal([0L, 1L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var row = Assert.Single(RunFolderReader.Open(tiny.Run()).Read(2, Tables.Events).Events);
        Assert.Equal((EventKind.CheckpointRefused, 2L), (row.Kind, row.Step));
        Assert.Contains("step 1", row.Message);

        using var without = new TinyRun(0, 1, 4);
        await RunAsync(without);
        Assert.Empty(TinyRun.Differences(Curves(without, 4), Curves(tiny, 4)));
    }

    [Fact]
    public async Task A_checkpoint_of_another_architecture_is_refused_and_says_what_differs()
    {
        using var tiny = new TinyRun(0, 1);
        tiny.Add(2, hiddenSize: 32);
        var told = await RunAsync(tiny);
        var refusal = Assert.Single(told.OfType<CheckpointSkipped>());
        Assert.Contains("config.json", refusal.Event.Message);
        Assert.Contains("32", refusal.Event.Message);
        Assert.Equal(2, told.OfType<CheckpointCommitted>().Count());
    }

    [Fact]
    public async Task A_refused_newest_checkpoint_is_tried_again_when_it_was_mended()
    {
        using var tiny = new TinyRun(0, 1);
        var broken = tiny.Add(2);
        var weights = Path.Combine(broken, "model.safetensors");
        var good = File.ReadAllBytes(weights);
        File.WriteAllBytes(weights, good[..^100]);
        Assert.Single((await RunAsync(tiny)).OfType<CheckpointSkipped>());
        File.WriteAllBytes(weights, good);
        Assert.Equal([2L], (await RunAsync(tiny)).OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        using var undisturbed = new TinyRun(0, 1, 2);
        await RunAsync(undisturbed);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(undisturbed.Run()), TinyRun.Curves(tiny.Run())));
    }

    [Fact]
    public async Task When_no_checkpoint_can_be_used_the_first_ones_problem_is_thrown()
    {
        using var tiny = new TinyRun(3);
        File.Delete(Path.Combine(tiny.Checkpoints, "step3", "config.json"));
        var problem = await Assert.ThrowsAsync<BadInputException>(() => RunAsync(tiny));
        Assert.Contains("step3", problem.Message);
    }

    [Fact]
    public async Task Another_setting_than_the_run_began_with_is_refused_and_named()
    {
        using var tiny = new TinyRun(0);
        await RunAsync(tiny);
        var problem = await Assert.ThrowsAsync<BadInputException>(() => RunAsync(tiny, change: s => s with { K = 5 }));
        Assert.Contains("k", problem.Message);
    }

    [Fact]
    public async Task A_layer_that_the_model_does_not_have_is_a_wrong_setting()
    {
        using var tiny = new TinyRun(0);
        var error = await Assert.ThrowsAsync<SettingsException>(() => RunAsync(tiny, change: s => s with { Layers = [0, 2] }));
        Assert.Equal("--layers", Assert.Single(error.Problems).Setting);
    }

    [Fact]
    public async Task Stopping_finishes_and_commits_what_is_in_work_and_a_later_start_goes_on()
    {
        using var tiny = new TinyRun(s_steps);
        using var stop = new CancellationTokenSource();
        var told = await RunAsync(tiny, drain: stop, onEvent: e =>
        {
            if (e is CheckpointCommitted)
            {
                stop.Cancel();
            }
        });
        Assert.True(Assert.IsType<RunEnded>(told[^1]).Interrupted);
        var committed = told.OfType<CheckpointCommitted>().Count();
        Assert.InRange(committed, 1, s_steps.Length);
        await RunAsync(tiny);
        using var whole = new TinyRun(s_steps);
        await RunAsync(whole);
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(whole.Run()), TinyRun.Curves(tiny.Run())));
    }

    [Fact]
    public async Task Every_takes_each_nth_checkpoint_whatever_was_committed_before()
    {
        using var tiny = new TinyRun(0, 1, 2);
        await RunAsync(tiny, change: s => s with { Every = 2 });
        tiny.Add(4);
        tiny.Add(8);
        await RunAsync(tiny, change: s => s with { Every = 2 });
        Assert.Equal([0L, 2L, 8L], RunFolderReader.Open(tiny.Run()).ListSteps());
    }

    private static async Task<(long Bytes, long Tensors, string[] Files)> AtTheEndOfTrainingAsync(long budget)
    {
        using var tiny = new TinyRun(0);
        (long Bytes, long Tensors) seen = default;
        await RunAsync(tiny, change: s => s with { Budget = budget }, onEvent: e =>
        {
            if (e is CheckpointProgress { Phase: CheckpointPhase.Train } progress && progress.Done == progress.Total)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                seen = (GC.GetTotalMemory(forceFullCollection: true), Tensor.TotalCount);
            }
        });
        Assert.NotEqual(0, seen.Bytes);
        return (seen.Bytes, seen.Tensors, [.. Directory.EnumerateFiles(tiny.Run(), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(tiny.Run(), f)).Order(StringComparer.Ordinal)]);
    }

    private static SortedDictionary<string, byte[]> Curves(TinyRun tiny, long step) => new(
        TinyRun.Curves(tiny.Run()).Where(f => f.Key.StartsWith($"step-{step:D10}", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);

    private static long Firings(CheckpointResult result, string facet) => result.Firings.Where(f => f.Facet == facet).Sum(f => f.Firings);

    private static async Task<List<WatchEvent>> RunAsync(
        TinyRun tiny, string run = "run", Func<WatchSettings, WatchSettings>? change = null, CancellationTokenSource? drain = null, Action<WatchEvent>? onEvent = null)
    {
        var settings = new WatchSettings
        {
            Checkpoints = tiny.Checkpoints,
            Probe = tiny.Texts.ProbePath,
            Text = tiny.Texts.TrainingPath,
            Run = tiny.Run(run),
            Follow = false,
            Context = TinyModel.Context,
            BatchRows = 8,
            Features = 64,
            K = 4,
            Budget = 2048,
            Threads = 1,
        };
        var told = new Recorder(onEvent);
        await new WatchRun(change is null ? settings : change(settings), told, TimeProvider.System).RunAsync(drain?.Token ?? default, default);
        return told.Events;
    }

    private sealed class Recorder(Action<WatchEvent>? then) : IWatchObserver
    {
        public List<WatchEvent> Events { get; } = [];

        public void On(WatchEvent watchEvent)
        {
            Events.Add(watchEvent);
            then?.Invoke(watchEvent);
        }
    }
}
