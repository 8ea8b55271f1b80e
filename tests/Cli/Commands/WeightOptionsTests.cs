using System.Diagnostics;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Runs;
using static TorchSharp.torch;

namespace Emergence.Cli.Tests.Commands;

/// <summary>What the program does with <c>--device</c>, <c>--precision</c>, <c>--copies</c> and <c>--no-loss</c>, in a process of its own.</summary>
public sealed class WeightOptionsTests
{
    [Fact]
    public async Task A_device_that_is_not_there_ends_with_exit_code_2_and_says_what_to_do()
    {
        if (cuda.is_available())
        {
            return;
        }

        using var tiny = new TinyRun(0);
        var process = await ProgramProcess.RunAsync("replay", tiny, tiny.Run(), null, "--device", "cuda");
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("--device cpu", process.Error);
        Assert.False(Directory.Exists(Path.Combine(tiny.Run(), "step-0000000000")));
    }

    [Fact]
    public async Task A_word_that_is_no_device_ends_with_exit_code_2()
    {
        using var tiny = new TinyRun(0);
        var process = await ProgramProcess.RunAsync("replay", tiny, tiny.Run(), null, "--device", "gpu");
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("cuda:1", process.Error);
    }

    [Fact]
    public async Task In_bfloat16_without_the_loss_a_run_is_committed_and_its_lines_say_how_far_the_weights_moved()
    {
        using var tiny = new TinyRun(0, 1);
        var process = await ProgramProcess.RunAsync("replay", tiny, tiny.Run(), null, "--device", "cpu", "--precision", "bfloat16", "--no-loss", "--layers", "0");
        Assert.True(process.ExitCode == 0, process.Error);
        Assert.Contains("weights moved", process.Error);
        Assert.DoesNotContain(", loss", process.Error);
        var health = RunFolderReader.Open(tiny.Run()).Read(1, Tables.Health).Health;
        Assert.Null(Assert.Single(health).LmLoss);
        Assert.NotNull(health[0].WeightDistance);
    }

    [Fact]
    public async Task Copies_are_used_when_asked_for()
    {
        using var tiny = new TinyRun(0);
        var copy = tiny.Add(1);
        File.Copy(Path.Combine(tiny.Checkpoints, "step0", "model.safetensors"), Path.Combine(copy, "model.safetensors"), overwrite: true);
        var process = await ProgramProcess.RunAsync("replay", tiny, tiny.Run(), null, "--copies", "use");
        Assert.True(process.ExitCode == 0, process.Error);
        Assert.Equal([0L, 1L], RunFolderReader.Open(tiny.Run()).ListSteps());
    }

    /// <summary>
    /// Peak resident memory of the program over two checkpoints of 200 MB, watched at the last layer with the loss measured, beyond what
    /// it takes for a model of nothing: one copy of the model, never two, nor a second copy of what is being converted.
    /// </summary>
    [Fact]
    public async Task The_peak_of_memory_stays_below_1_3_times_the_model()
    {
        var nothing = await PeakAsync(hiddenSize: 16, layers: 2, vocabulary: 0);
        var (bytes, peak) = await PeakAsync(hiddenSize: 512, layers: 12, vocabulary: 16384);
        Assert.InRange(bytes, 180_000_000, 260_000_000);
        Assert.True(peak - nothing.Peak < 1.3 * bytes, $"{(peak - nothing.Peak) / 1e6:0} MB more than without a model of {bytes / 1e6:0} MB");
    }

    private static async Task<(long Bytes, long Peak)> PeakAsync(int hiddenSize, int layers, int vocabulary)
    {
        using var tiny = new TinyRun();
        foreach (var step in new[] { 0L, 1L })
        {
            TinyModel.WriteLargeCheckpoint(tiny.Checkpoints, step, tiny.Texts.Tokenizer, hiddenSize, layers, vocabulary);
        }

        var bytes = new FileInfo(Path.Combine(tiny.Checkpoints, "step0", "model.safetensors")).Length;
        using var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "emergence.dll"),
            "replay", tiny.Checkpoints, "--probe", tiny.Texts.ProbePath, "--text", tiny.Texts.TrainingPath, "--out", tiny.Run(), "--layers", $"{layers - 1}",
            "--context", $"{TinyModel.Context}", "--batch-rows", "8", "--features", "64", "--k", "4", "--budget", "256", "--threads", "2", "--json",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        do
        {
            peak = Math.Max(peak, HighWater(process.Id));
        }
        while (!process.WaitForExit(5));
        Assert.True(process.ExitCode == 0, await error);
        await output;
        return (bytes, peak);
    }

    /// <summary>VmHWM, which only grows: the last look before the end sees the peak of all that came before.</summary>
    private static long HighWater(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
