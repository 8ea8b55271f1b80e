using System.Diagnostics;
using System.Globalization;
using Emergence.Benchmarks.Options;
using Emergence.Benchmarks.Processes;
using Emergence.Benchmarks.Sae;
using Emergence.TestKit;
using Emergence.TestKit.Runs;

namespace Emergence.Benchmarks.Compilation;

/// <summary>
/// What the program gains and pays by compiling each method once, optimised, instead of in tiers: a short replay and a longer one on one core,
/// where the compiler has no other core to itself, and a command that only starts. Processes take turns.
/// </summary>
internal static class CompilationBenchmark
{
    private static readonly (string Name, string Value)[] s_tiered = [("DOTNET_TieredCompilation", "1"), ("DOTNET_TieredPGO", "1")];

    public static int Run(string[] args, TextWriter output)
    {
        if (NumberOptions.Read("compilation", args, ("--rounds", 5), ("--tokens", 16384), ("--times", 6)) is not { } given)
        {
            return 2;
        }

        using var folder = new TemporaryFolder();
        var texts = TinyTexts.Write(folder["texts"]);
        for (var step = 1; step <= 2; step++)
        {
            TinyModel.WriteLargeCheckpoint(folder["checkpoints"], step, texts.Tokenizer, hiddenSize: 128, layers: 4, texts.Tokenizer.VocabularySize);
        }

        output.WriteLine($"{Machine.Describe()}, of which one is used; 2 checkpoints of 4 layers, d 128, SAEs of 2048");
        string[] Replay(int tokens) =>
        [
            "replay", "checkpoints", "--probe", Path.GetRelativePath(folder.Path, texts.ProbePath), "--text", Path.GetRelativePath(folder.Path, texts.TrainingPath),
            "--context", $"{TinyModel.Context}", "--batch-rows", "64", "--features", "2048", "--k", "16", "--budget", $"{tokens}", "--threads", "1", "--device", "cpu",
        ];
        Compare(output, folder.Path, $"{given["--tokens"]} tokens a checkpoint", given["--rounds"], Replay(given["--tokens"]), isRun: true);
        Compare(output, folder.Path, $"{given["--tokens"] * given["--times"]} tokens a checkpoint", given["--rounds"], Replay(given["--tokens"] * given["--times"]), isRun: true);
        Compare(output, folder.Path, "--help", given["--rounds"], ["--help"], isRun: false);
        return 0;
    }

    private static void Compare(TextWriter output, string folder, string what, int rounds, string[] arguments, bool isRun)
    {
        var (once, tiered) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            once.Add(Seconds(folder, arguments, isRun, []));
            tiered.Add(Seconds(folder, arguments, isRun, s_tiered));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: in tiers {Median.Of(tiered):0.00} s, at once {Median.Of(once):0.00} s, median ratio {Median.Of(tiered.Zip(once, (t, o) => t / o)):0.00}"));
    }

    private static double Seconds(string folder, string[] arguments, bool isRun, (string Name, string Value)[] environment)
    {
        // A run folder of its own each time: a second replay into one finds everything done.
        string[] all = isRun ? [.. arguments, "--out", $"run-{Directory.GetDirectories(folder).Length}"] : arguments;
        var start = Stopwatch.GetTimestamp();
        using var process = ProductProcess.Start(0, folder, "Cli/release/emergence.dll", environment, all);
        var code = process.WaitForEnd();
        return code == 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException($"it ended with {code}:{Environment.NewLine}{process.Text}");
    }
}
