using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>Announcer, workers and assembly over the real graph on a tiny model.</summary>
[Collection(AloneCollection.Name)]
public sealed class WorkerRunTests
{
    private static readonly long[] s_steps = [0, 1, 2, 4];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_run_shared_by_workers_has_the_bytes_of_a_replay_by_one_process(int workers)
    {
        using var tiny = new TinyRun(s_steps);
        await StreamRun.RunAsync(StreamRun.Settings(tiny, Path.Combine("alone", "run")));
        using var shared = new SharedRun(tiny, Path.Combine("shared", "run"), s => s with { UntilStep = 4 });
        var told = await shared.RunAsync(workers);

        var alone = tiny.Run(Path.Combine("alone", "run"));
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(alone), TinyRun.Curves(shared.Settings.Run)));
        Assert.Equal(4 * s_steps.Length, TinyRun.Curves(shared.Settings.Run).Count);
        Assert.Equal(File.ReadAllText(Path.Combine(alone, "run.json")), File.ReadAllText(Path.Combine(shared.Settings.Run, "run.json")));
        Assert.Equal(s_steps, told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.False(Assert.IsType<RunEnded>(told[^1]).Interrupted);

        var (expected, actual) = (RunFolderReader.Open(alone), RunFolderReader.Open(shared.Settings.Run));
        foreach (var step in s_steps)
        {
            // Of health all but what a clock measures.
            Assert.Equal(
                expected.Read(step, Tables.Health).Health.Select(h => (h.Layer, h.LmLoss, h.Fvu, h.L0, h.Tokens, h.WeightDistance, h.LayerWeightDistance)),
                actual.Read(step, Tables.Health).Health.Select(h => (h.Layer, h.LmLoss, h.Fvu, h.L0, h.Tokens, h.WeightDistance, h.LayerWeightDistance)));
            Assert.Equal(Saes(expected, step), Saes(actual, step));
            Assert.Equal((expected.ReadCommit(step).ModelHash, expected.ReadCommit(step).LmLoss), (actual.ReadCommit(step).ModelHash, actual.ReadCommit(step).LmLoss));
        }

        AssertPublished(shared);
    }

    [Fact]
    public async Task Without_the_loss_the_numbers_are_those_of_one_process_too()
    {
        using var tiny = new TinyRun(0, 1);
        await StreamRun.RunAsync(StreamRun.Settings(tiny, Path.Combine("alone", "run")) with { MeasureLoss = false });
        using var shared = new SharedRun(tiny, Path.Combine("shared", "run"), s => s with { UntilStep = 1, MeasureLoss = false });
        await shared.RunAsync();
        var (alone, together) = (RunFolderReader.Open(tiny.Run(Path.Combine("alone", "run"))), RunFolderReader.Open(shared.Settings.Run));
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(alone.Folder), TinyRun.Curves(together.Folder)));
        Assert.Equal(alone.Read(1, Tables.Health).Health.Select(h => h.WeightDistance), together.Read(1, Tables.Health).Health.Select(h => h.WeightDistance));
    }

    [Fact]
    public async Task A_refused_checkpoint_and_a_late_one_are_told_as_one_process_tells_them()
    {
        using var tiny = new TinyRun(1, 4);
        Copy(tiny, 4, 8);
        using var shared = new SharedRun(tiny, Path.Combine("shared", "run"), s => s with { UntilStep = 16 });
        using var stop = new CancellationTokenSource();
        var working = shared.WorkAsync("worker", stop.Token);
        var announced = shared.AnnounceAsync(then: told =>
        {
            if (told is CheckpointSkipped { Event.Step: 8 })
            {
                tiny.Add(2);
                tiny.Add(16);
            }
        });
        var told = await announced;
        await stop.CancelAsync();
        await working;

        Assert.Equal([8L, 2L], told.OfType<CheckpointSkipped>().Select(s => s.Event.Step));
        var run = RunFolderReader.Open(shared.Settings.Run);
        Assert.Equal([1L, 4L, 8L, 16L], run.ListSteps());
        Assert.True(run.ReadCommit(8).Refused);
        Assert.Contains("byte for byte, those of step 4", Assert.Single(run.Read(8, Tables.Events).Events).Message, StringComparison.Ordinal);
        Assert.Single(run.Read(16, Tables.Events).Events, e => e.Step == 2);
        Assert.Single(shared.Worked.OfType<GroupTold>(), t => t.Key.EndsWith("layers-0", StringComparison.Ordinal) && t.Told is CheckpointSkipped { Event.Step: 8 });
    }

    [Fact]
    public async Task Killed_and_started_again_announcer_and_workers_go_on_and_nothing_is_published_twice()
    {
        using var tiny = new TinyRun(s_steps);
        using var shared = new SharedRun(tiny, Path.Combine("shared", "run"), s => s with { UntilStep = 4 });
        using (var abort = new CancellationTokenSource())
        {
            var working = shared.WorkAsync("first", default, abort.Token);
            await shared.AnnounceAsync(abort: abort.Token, then: told =>
            {
                if (told is CheckpointCommitted { Result.Step: 1 })
                {
                    abort.Cancel();
                }
            });
            await working;
        }

        await shared.RunAsync(2);
        await StreamRun.RunAsync(StreamRun.Settings(tiny, Path.Combine("alone", "run")));
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(tiny.Run(Path.Combine("alone", "run"))), TinyRun.Curves(shared.Settings.Run)));
        AssertPublished(shared);

        // Everything is done: another start announces and assembles nothing.
        var again = await shared.AnnounceAsync();
        Assert.Equal(s_steps, Assert.IsType<RunOpened>(again[0]).Committed.Select(c => c.Step));
        Assert.Empty(again.OfType<CheckpointCommitted>());
        Assert.Equal(2 * s_steps.Length, shared.Log.Committed(shared.Kafka.Topics.Checkpoints).Count);
    }

    [Fact]
    public async Task Workers_whose_disk_is_gone_go_on_from_what_the_topics_hold()
    {
        // The later checkpoints come when the disks are gone: else the first worker might have done everything before it is stopped.
        using var tiny = new TinyRun(0, 1);
        using var shared = new SharedRun(tiny, Path.Combine("shared", "run"), s => s with { UntilStep = 4 }) { State = WorkerState.Kafka };
        using (var abort = new CancellationTokenSource())
        {
            var working = shared.WorkAsync("first", default, abort.Token);
            await shared.AnnounceAsync(abort: abort.Token, then: told =>
            {
                if (told is CheckpointCommitted { Result.Step: 1 })
                {
                    abort.Cancel();
                }
            });
            await working;
        }

        foreach (var group in Directory.EnumerateDirectories(Path.Combine(shared.Settings.Run, "groups")))
        {
            Directory.Delete(group, recursive: true);
        }

        tiny.Add(2);
        tiny.Add(4);
        await shared.RunAsync();
        Assert.Equal(2, shared.Worked.OfType<WorkerRemark>().Count(r => r.Text.Contains("was brought", StringComparison.Ordinal)));
        await StreamRun.RunAsync(StreamRun.Settings(tiny, Path.Combine("alone", "run")));
        Assert.Empty(TinyRun.Differences(TinyRun.Curves(tiny.Run(Path.Combine("alone", "run"))), TinyRun.Curves(shared.Settings.Run)));
        AssertPublished(shared);
    }

    [Fact]
    public async Task A_run_whose_model_cannot_be_read_is_refused_and_the_worker_goes_on()
    {
        using var tiny = new TinyRun(0, 1);
        using var shared = new SharedRun(tiny, Path.Combine("shared", "run"), s => s with { UntilStep = 1 });
        using (var abort = new CancellationTokenSource())
        {
            await shared.AnnounceAsync(abort: abort.Token, then: told =>
            {
                if (told is RunRemark { Text: var text } && text.StartsWith("step 1 is announced", StringComparison.Ordinal))
                {
                    abort.Cancel();
                }
            });
        }

        File.WriteAllText(Path.Combine(shared.Settings.Run, "model", "config.json"), "{ \"hidden_size\": -1 }");
        using var stop = new CancellationTokenSource();
        var refused = 0;
        shared.WhenWorked = told =>
        {
            if (told is WorkRefused && ++refused == 4)
            {
                stop.CancelAfter(TimeSpan.FromMilliseconds(1));
            }
        };
        await shared.WorkAsync("worker", stop.Token);
        Assert.Equal(["run/layers-0 0", "run/layers-0 1", "run/layers-1 0", "run/layers-1 1"], shared.Worked.OfType<WorkRefused>().Select(r => $"{r.Key} {r.Step}").Order());
        Assert.Equal(2, shared.Worked.OfType<WorkRefused>().Count(r => r.Again));
        Assert.All(shared.Worked.OfType<WorkRefused>(), r => Assert.Contains("config.json", r.Problem, StringComparison.Ordinal));
    }

    private static void AssertPublished(SharedRun shared)
    {
        foreach (var table in new[] { Tables.Curves, Tables.Features, Tables.Firings, Tables.Health })
        {
            foreach (var layer in new[] { 0, 1 })
            {
                Assert.Equal(s_steps, shared.Log.Committed(shared.Kafka.Topics.Of(table)).Where(m => m.Key == $"run/{layer}").Select(m => long.Parse(m.Header("step")!, System.Globalization.CultureInfo.InvariantCulture)));
            }
        }

        foreach (var group in new[] { "layers-0", "layers-1" })
        {
            var notices = shared.Log.Committed(shared.Kafka.Topics.Commits).Where(m => m.Key == $"run/{group}").Select(m => CommitNotice.Read(m.Value)!).ToList();
            Assert.Equal(s_steps, notices.Select(n => n.Step));
            Assert.Equal(4, shared.Log.Committed(shared.Kafka.Topics.Checkpoints).Count(m => m.Key == $"run/{group}"));
        }
    }

    private static void Copy(TinyRun tiny, long from, long to)
    {
        var folder = Directory.CreateDirectory(Path.Combine(tiny.Checkpoints, $"step{to}")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(tiny.Checkpoints, $"step{from}")).Where(f => !f.EndsWith("trainer_state.json", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private static IEnumerable<(string, string)> Saes(RunFolderReader run, long step) =>
        run.ReadCommit(step).Files.Where(f => f.Path.StartsWith("sae/", StringComparison.Ordinal) && f.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Select(f => (f.Path, f.Sha256)).Order();
}
