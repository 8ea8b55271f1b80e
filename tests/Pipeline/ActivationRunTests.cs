using System.Text.Json;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Report;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.TestKit.Runs;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Tests;

/// <summary><c>--source activations</c>: the graph from the SAE on, without a model and without text.</summary>
[Collection(AloneCollection.Name)]
public sealed class ActivationRunTests
{
    private static readonly long[] s_steps = [0, 1, 4, 16];

    [Fact]
    public async Task Every_step_is_committed_with_rows_of_every_layer_and_curves_rise()
    {
        using var tiny = new TinyStream(s_steps);
        var told = await StreamRun.RunAsync(Settings(tiny));
        Assert.Equal(s_steps, told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal(("activations-2x16", 0L), (((RunOpened)told[0]).Model, ((RunOpened)told[0]).Parameters));

        var reader = RunFolderReader.Open(tiny.Run());
        var last = reader.Read(16, Tables.All);
        Assert.Equal(2 * 5, last.Curves.Count);
        Assert.Equal(2 * 64, last.Features.Count);
        Assert.Equal([0, 1], last.Health.Select(h => h.Layer));
        Assert.All(last.Health, h => Assert.InRange(h.Fvu, 0, 0.9));
        Assert.All(last.Health, h => Assert.Null(h.LmLoss));
        Assert.Null(reader.ReadCommit(16).LmLoss);
        Assert.Null(last.TokensSeen);
        Assert.Equal(TinyStream.ProbeRows, reader.ReadCommit(16).Counts["tokens_measured"]);
        var first = reader.Read(0, Tables.Curves);
        Assert.True(Best(last, "noun") > 0.9 && Best(last, "noun") > Best(first, "noun") + 0.2, $"{Best(first, "noun")} to {Best(last, "noun")}");
    }

    [Fact]
    public async Task A_run_in_two_starts_equals_a_run_in_one_also_when_its_first_step_is_gone()
    {
        using var whole = new TinyStream(s_steps);
        await StreamRun.RunAsync(Settings(whole));
        using var parts = new TinyStream(0, 1);
        await StreamRun.RunAsync(Settings(parts));
        Directory.Delete(Path.Combine(parts.Folder, "step0"), recursive: true);
        parts.Add(4);
        parts.Add(16);
        var told = await StreamRun.RunAsync(Settings(parts));
        Assert.Equal([4L, 16L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(whole.Run()), TinyRun.Curves(parts.Run())));
    }

    [Fact]
    public async Task Loss_tokens_and_the_models_name_are_taken_from_the_metadata()
    {
        using var tiny = new TinyStream();
        tiny.Add(4, (_, f) => f.Note("loss", "2.25").Note("tokens_seen", "8192").Note("step", "4").Note("model", "jax-vit").Note("parameters", "1000"));
        var told = await StreamRun.RunAsync(Settings(tiny));
        Assert.Equal(("jax-vit", 1000L), (((RunOpened)told[0]).Model, ((RunOpened)told[0]).Parameters));
        var result = RunFolderReader.Open(tiny.Run()).Read(4, Tables.Health);
        Assert.Equal((8192L, 2.25), (result.TokensSeen, result.Health[0].LmLoss));
    }

    [Fact]
    public async Task Saved_SAEs_are_named_after_the_file_and_the_report_is_written()
    {
        using var tiny = new TinyStream(0, 4);
        await StreamRun.RunAsync(Settings(tiny) with { Layers = [1] });
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Run(), "step-0000000004", "sae", "layers.1", "cfg.json")));
        Assert.Equal("layers.1", config.RootElement.GetProperty("metadata").GetProperty("hook_name").GetString());
        Assert.False(config.RootElement.GetProperty("metadata").TryGetProperty("context_size", out _));
        Assert.False(Directory.Exists(Path.Combine(tiny.Run(), "step-0000000004", "sae", "layers.0")));
        Assert.Contains("activations-1x16", File.ReadAllText(ReportSource.WriteInto(tiny.Run())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layers_may_have_widths_of_their_own()
    {
        using var tiny = new TinyStream();
        foreach (var step in new long[] { 1, 4 })
        {
            var folder = tiny.Add(step);
            new TestKit.Activations.SafetensorsBytes()
                .Rows("training", TinyStream.Rows(step, 1, TinyStream.TrainingRows, 1).AsSpan(0, TinyStream.TrainingRows * 8), 8)
                .Rows("activations", TinyStream.Rows(step, 1, TinyStream.ProbeRows, 2).AsSpan(0, TinyStream.ProbeRows * 8), 8)
                .Write(Path.Combine(folder, "layers.1.safetensors"));
        }

        await StreamRun.RunAsync(Settings(tiny) with { Features = null, Expansion = 4 });
        var features = RunFolderReader.Open(tiny.Run()).Read(4, Tables.Features).Features;
        Assert.Equal((64, 32), (features.Count(f => f.Layer == 0), features.Count(f => f.Layer == 1)));
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "copy", "byte for byte, those of step 1" },
        { "other labels", "its documents or labels are not those of the run" },
        { "other documents", "its documents or labels are not those of the run" },
        { "other width", "its rows have 8 numbers, the run's 16" },
        { "not a number", "row 5, column 3): it is NaN" },
        { "of another step", "it is of step 9, in the folder of step 4" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task A_step_that_cannot_be_used_is_refused_and_the_others_are_the_same(string fault, string problem)
    {
        using var tiny = new TinyStream(0, 1, 16);
        var folder = tiny.Add(4, (layer, f) => _ = fault == "of another step" ? f.Note("step", "9") : f);
        var file = Path.Combine(folder, "layers.0.safetensors");
        switch (fault)
        {
            case "copy":
                File.Copy(Path.Combine(tiny.Folder, "step1", "layers.0.safetensors"), file, overwrite: true);
                File.Copy(Path.Combine(tiny.Folder, "step1", "layers.1.safetensors"), Path.Combine(folder, "layers.1.safetensors"), overwrite: true);
                break;
            case "other labels":
                TinyStream.Layer(4, 0).Column("label.more", new long[TinyStream.ProbeRows]).Write(file);
                TinyStream.Layer(4, 1).Column("label.more", new long[TinyStream.ProbeRows]).Write(Path.Combine(folder, "layers.1.safetensors"));
                break;
            case "other documents":
                TinyStream.Layer(4, 0, []).Write(file);
                TinyStream.Layer(4, 1, []).Write(Path.Combine(folder, "layers.1.safetensors"));
                break;
            case "other width":
                new TestKit.Activations.SafetensorsBytes()
                    .Rows("training", new float[TinyStream.TrainingRows * 8], 8).Rows("activations", new float[TinyStream.ProbeRows * 8], 8)
                    .Column("label.x", new long[TinyStream.ProbeRows]).Write(file);
                break;
            case "not a number":
                var bytes = File.ReadAllBytes(file);
                var start = 8 + (int)BitConverter.ToInt64(bytes);
                BitConverter.GetBytes(float.NaN).CopyTo(bytes, start + (((5 * TinyStream.Width) + 3) * 4));
                File.WriteAllBytes(file, bytes);
                break;
        }

        var told = await StreamRun.RunAsync(Settings(tiny));
        Assert.Equal([0L, 1L, 16L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var refused = Assert.Single(told.OfType<CheckpointSkipped>()).Event;
        Assert.Equal((EventKind.CheckpointRefused, 4L), (refused.Kind, refused.Step));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        await AssertOthersAsIfItWereNotThereAsync(tiny, 4, 0, 1, 16);
    }

    [Fact]
    public async Task A_step_that_fails_while_SAEs_train_on_it_leaves_no_trace_in_the_others()
    {
        using var tiny = new TinyStream(0, 1, 4, 16);
        var told = await StreamRun.RunAsync(Settings(tiny), e =>
        {
            // Cut short in place, under the eyes of the reader.
            if (e is CheckpointProgress { Step: 4, Phase: CheckpointPhase.Train, Done: 128 })
            {
                using var file = new FileStream(Path.Combine(tiny.Folder, "step4", "layers.1.safetensors"), FileMode.Open, FileAccess.Write);
                file.SetLength(1000);
            }
        });
        Assert.Equal([0L, 1L, 16L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Contains("became shorter", Assert.Single(told.OfType<CheckpointSkipped>()).Event.Message, StringComparison.Ordinal);
        await AssertOthersAsIfItWereNotThereAsync(tiny, 4, 0, 1, 16);
    }

    [Fact]
    public async Task A_step_that_is_deleted_while_it_is_read_is_read_to_its_end_and_one_that_is_deleted_before_has_vanished()
    {
        using var tiny = new TinyStream(0, 1, 4);
        IEnumerable<CheckpointArrival> Script()
        {
            yield return Arrived(tiny, 0);
            Directory.Delete(Path.Combine(tiny.Folder, "step1"), recursive: true);
            yield return Arrived(tiny, 1);
            yield return Arrived(tiny, 4);
        }

        var told = await StreamRun.RunAsync(Settings(tiny), _ => Script(), e =>
        {
            if (e is CheckpointProgress { Step: 4, Phase: CheckpointPhase.Train, Done: 128 })
            {
                Directory.Delete(Path.Combine(tiny.Folder, "step4"), recursive: true);
            }
        });
        Assert.Equal([0L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal(EventKind.CheckpointVanished, Assert.Single(told.OfType<CheckpointSkipped>()).Event.Kind);
    }

    [Fact]
    public async Task A_late_step_can_be_inserted()
    {
        using var tiny = new TinyStream(0, 4);
        await StreamRun.RunAsync(Settings(tiny));
        tiny.Add(1);
        tiny.Add(16);
        var told = await StreamRun.RunAsync(Settings(tiny) with { Late = LatePolicy.Insert });
        Assert.Equal([1L, 16L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        await AssertOthersAsIfItWereNotThereAsync(tiny, 1, 0, 4, 16);
    }

    [Fact]
    public async Task Rows_without_documents_are_measured_and_a_person_is_told_what_that_means()
    {
        using var tiny = new TinyStream();
        foreach (var step in new long[] { 1, 4 })
        {
            var folder = tiny.Add(step);
            for (var layer = 0; layer < 2; layer++)
            {
                TinyStream.Layer(step, layer, []).Write(Path.Combine(folder, $"layers.{layer}.safetensors"));
            }
        }

        var told = await StreamRun.RunAsync(Settings(tiny));
        Assert.Contains("need documents", Assert.Single(told.OfType<RunRemark>()).Text, StringComparison.Ordinal);
        Assert.Equal(2, told.OfType<CheckpointCommitted>().Count());
    }

    [Fact]
    public async Task Every_row_may_be_a_document_of_its_own()
    {
        using var tiny = new TinyStream();
        foreach (var step in new long[] { 1, 16 })
        {
            var folder = tiny.Add(step);
            for (var layer = 0; layer < 2; layer++)
            {
                TinyStream.Layer(step, layer, [.. Enumerable.Range(0, TinyStream.ProbeRows).Select(r => (long)r)]).Write(Path.Combine(folder, $"layers.{layer}.safetensors"));
            }
        }

        await StreamRun.RunAsync(Settings(tiny));
        Assert.True(Best(RunFolderReader.Open(tiny.Run()).Read(16, Tables.Curves), "noun") > 0.9);
    }

    [Fact]
    public async Task A_step_that_lacks_a_watched_layer_is_not_whole()
    {
        using var tiny = new TinyStream(0, 1, 4);
        File.Delete(Path.Combine(tiny.Folder, "step1", "layers.1.safetensors"));
        var told = await StreamRun.RunAsync(Settings(tiny));
        Assert.Contains("layers.1.safetensors", Assert.Single(told.OfType<CheckpointSkipped>()).Event.Message, StringComparison.Ordinal);
        Assert.Equal([0L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
    }

    [Fact]
    public async Task No_native_tensor_is_left_alive()
    {
        using var tiny = new TinyStream(0, 1);
        await StreamRun.RunAsync(Settings(tiny, "first"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        await StreamRun.RunAsync(Settings(tiny, "second"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static async Task AssertOthersAsIfItWereNotThereAsync(TinyStream tiny, long step, params long[] others)
    {
        using var without = new TinyStream(others);
        await StreamRun.RunAsync(Settings(without));
        var rest = TinyRun.Curves(tiny.Run()).Where(f => !f.Key.StartsWith($"step-{step:D10}", StringComparison.Ordinal)).ToDictionary();
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(without.Run()), new(rest, StringComparer.Ordinal)));
    }

    private static ArrivedCheckpoint Arrived(TinyStream tiny, long step) => StreamRun.Arrived(Path.Combine(tiny.Folder, $"step{step}"), step, "layers.0.safetensors", "layers.1.safetensors");

    private static double Best(CheckpointResult result, string category) => result.Curves.Where(c => c.Category == category).Max(c => c.BestF1.Value);

    private static WatchSettings Settings(TinyStream tiny, string run = "run") => new()
    {
        Source = CheckpointKind.Activations,
        Checkpoints = tiny.Folder,
        Probe = "",
        Text = "",
        Run = tiny.Run(run),
        Follow = false,
        BatchRows = 128,
        Features = 64,
        K = 4,
        Budget = 4096,
        WarmFraction = 0.25,
        Threads = 1,
    };
}
