using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.TestKit.Runs;

namespace Emergence.Examples.Tests;

/// <summary>
/// `watch` follows a PyTorch training loop that runs at the same time, each in a process of its own, and deletes its old
/// checkpoints. What is asserted holds however fast either of them is.
/// </summary>
public sealed partial class LiveTrainingTests
{
    /// <summary>Greatest difference between the watcher's loss and PyTorch's, nats per token.</summary>
    private const double LossTolerance = 1e-3;

    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(4);

    [TorchFact]
    public async Task A_training_that_waits_for_the_watcher_has_every_checkpoint_measured()
    {
        using var tiny = new TinyRun();
        var (run, losses) = await WatchAsync(tiny, steps: 24, every: 8, keep: 2, holds: "all");

        Assert.Equal([0L, 1, 2, 4, 8, 16, 24], losses.Keys);
        Assert.Equal(losses.Keys, Measured(run));
        Assert.Equal(losses.Keys, run.ListSteps());
    }

    [TorchFact]
    public async Task A_training_that_waits_for_nobody_is_followed_to_its_end()
    {
        using var tiny = new TinyRun();

        // It waits once, with four checkpoints there, until the first of them is committed; then it goes on and deletes the others,
        // for which the watcher takes its time.
        var (run, losses) = await WatchAsync(tiny, steps: 512, every: 32, keep: 4, holds: "4", "--budget", "16384", "--warm-fraction", "1");

        var measured = Measured(run);
        Assert.InRange(measured[0], 0, 4);
        Assert.Equal(512, measured[^1]);
        Assert.Equal(512, losses.Keys[^1]);
    }

    /// <summary>Runs both to their ends and checks what must hold of every run.</summary>
    private static async Task<(RunFolderReader Run, SortedList<long, double> Losses)> WatchAsync(TinyRun tiny, int steps, int every, int keep, string holds, params string[] more)
    {
        var losses = tiny.Run("losses.jsonl");
        using var trainer = new LineProcess(PythonWithTorch.Script(
            "live_training.py", tiny.Texts.TrainingPath, tiny.Texts.ProbePath, tiny.Checkpoints, losses, $"{steps}", $"{every}", $"{keep}", holds));
        using var watcher = new LineProcess(Watch(tiny, steps, more), line =>
        {
            if (Committed().IsMatch(line))
            {
                trainer.Tell("go on");
            }
        });

        // Whoever fails first is the one to hear about; the other would wait for it.
        await Task.WhenAny(watcher.EndAsync(), FailedAsync(trainer)).WaitAsync(s_hang);
        Assert.True(!trainer.EndAsync().IsCompleted || trainer.ExitCode == 0, $"the trainer: {trainer.Error}\nthe watcher: {watcher.Error}");
        Assert.True(watcher.ExitCode == 0, $"exit code {watcher.ExitCode}: {watcher.Error}");
        await trainer.EndAsync().WaitAsync(s_hang);
        Assert.True(trainer.ExitCode == 0, trainer.Error);

        var run = RunFolderReader.Open(tiny.Run());
        var expected = Losses(losses);
        Check(run, expected);

        // The first that was measured was deleted by the trainer later: it was read while the training went on.
        string[] left = [.. Directory.EnumerateDirectories(tiny.Checkpoints).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.Equal(expected.Keys.TakeLast(keep).Select(s => $"step{s}").Order(StringComparer.Ordinal), left);
        Assert.DoesNotContain($"step{Measured(run)[0]}", left);
        using var summary = JsonDocument.Parse(watcher.Output);
        Assert.Equal(Measured(run).Count, summary.RootElement.GetProperty("checkpoints").GetInt32());
        return (run, expected);
    }

    private static void Check(RunFolderReader run, SortedList<long, double> losses)
    {
        var steps = run.ListSteps();
        Assert.Equal(steps.Order(), steps);
        foreach (var step in steps)
        {
            var rows = run.Read(step, Tables.Curves | Tables.Health | Tables.Events);

            // Deleting is the only thing that can befall a checkpoint here.
            Assert.DoesNotContain(rows.Events, e => e.Kind is EventKind.CheckpointRefused or EventKind.CheckpointLate);
            if (rows.Health.Count > 0)
            {
                Assert.Equal([0, 1], rows.Health.Select(h => h.Layer));
                Assert.All(rows.Health, h => Assert.Equal(losses[step], h.LmLoss!.Value, LossTolerance));
                Assert.Equal(2 * 5, rows.Curves.Count);
                Assert.Equal(step * 8 * TinyModel.Context, rows.TokensSeen);
            }
        }

        // The figures that agree are not those of a model that stands still.
        var measured = Measured(run).Select(s => losses[s]).ToArray();
        Assert.InRange(measured.Max() - measured.Min(), 10 * LossTolerance, double.PositiveInfinity);
    }

    private static IReadOnlyList<long> Measured(RunFolderReader run) => [.. run.ListSteps().Where(s => run.Read(s, Tables.Health).Health.Count > 0)];

    private static SortedList<long, double> Losses(string path) => new(File.ReadLines(path)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .ToDictionary(e => e.GetProperty("step").GetInt64(), e => e.GetProperty("loss").GetDouble()));

    private static ProcessStartInfo Watch(TinyRun tiny, int untilStep, string[] more)
    {
        var start = new ProcessStartInfo("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "emergence.dll"),
                "watch", tiny.Checkpoints, "--probe", tiny.Texts.ProbePath, "--text", tiny.Texts.TrainingPath, "--out", tiny.Run(), "--until-step", $"{untilStep}",
                "--context", $"{TinyModel.Context}", "--batch-rows", "8", "--features", "64", "--k", "4", "--threads", "1", "--json", .. more.Length > 0 ? more : ["--budget", "2048"],
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return start;
    }

    /// <summary>Ends when the process has failed; never when it has not.</summary>
    private static async Task FailedAsync(LineProcess process)
    {
        await process.EndAsync();
        if (process.ExitCode == 0)
        {
            await new TaskCompletionSource().Task;
        }
    }

    [GeneratedRegex(@"^step \d+: committed ")]
    private static partial Regex Committed();
}
