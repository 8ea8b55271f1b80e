using System.Diagnostics;
using System.Globalization;
using Emergence.Benchmarks.Options;
using Emergence.Benchmarks.Processes;
using Emergence.Benchmarks.Sae;
using Emergence.TestKit;
using Emergence.TestKit.Runs;

namespace Emergence.Benchmarks.Sharing;

/// <summary>
/// A run of eight layers in two groups: one worker on one core against two workers on a core each, in processes of their own over the test
/// broker. Measured is the time from the arrival of the second checkpoint, with all that follow, to the last one's assembly: while the first is worked on
/// the workers join and share the groups, and work that has begun where it does not stay is done anew, which is once in a run.
/// </summary>
internal static class SharingBenchmark
{
    private const int Layers = 8;

    public static int Run(string[] args, TextWriter output)
    {
        if (NumberOptions.Read("workers", args, ("--rounds", 3), ("--steps", 5), ("--budget", 65536), ("--hidden", 128), ("--features", 2048)) is not { } given)
        {
            return 2;
        }

        if (given["--steps"] < 2)
        {
            Console.Error.WriteLine("--steps: at least 2, of which the first is not measured");
            return 2;
        }

        using var folder = new TemporaryFolder();
        var texts = TinyTexts.Write(folder["texts"]);
        output.WriteLine($"{Machine.Describe()}; {given["--steps"]} checkpoints of {Layers} layers, d {given["--hidden"]}, SAEs of {given["--features"]}, {given["--budget"]} tokens at the first, which is not measured, and half of it at each later one");
        var (ratios, shares) = (new List<double>(), new List<double>());
        for (var round = 1; round <= given["--rounds"]; round++)
        {
            // Taking turns, so that what else the machine does falls on both.
            var one = Measure(folder.Path, texts, given, $"one-{round}", 0);
            var two = Measure(folder.Path, texts, given, $"two-{round}", 0, 1);
            ratios.Add(one.Wall / two.Wall);
            shares.Add(one.Processor / two.Processor);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: one worker {one.Wall:0.0} s (processor {one.Processor:0.0} s), two workers {two.Wall:0.0} s (processor, the busier one, {two.Processor:0.0} s), ratio {ratios[^1]:0.00} (processor {shares[^1]:0.00})"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {Median.Of(ratios):0.00}, by processor time, which other programs on the machine do not change, {Median.Of(shares):0.00} (2 where everything is shared)"));
        return 0;
    }

    private static (double Wall, double Processor) Measure(string folder, TinyTexts texts, IReadOnlyDictionary<string, int> given, string run, params int[] cores)
    {
        var (checkpoints, later) = ($"checkpoints-{run}", Path.Combine(folder, $"later-{run}"));
        for (var step = 1; step <= given["--steps"]; step++)
        {
            var place = step == 1 ? Path.Combine(folder, checkpoints) : later;
            Directory.CreateDirectory(place);
            TinyModel.WriteLargeCheckpoint(place, step, texts.Tokenizer, given["--hidden"], Layers, texts.Tokenizer.VocabularySize);
        }

        using var broker = ProductProcess.Start(null, folder, "TestBroker/release/Emergence.TestBroker.dll", "--port", "0");
        string[] kafka = ["--kafka", broker.WaitFor("127.0.0.1:"), "--create-topics"];
        var announcer = ProductProcess.Start(
            null,
            folder,
            "Cli/release/emergence.dll",
            [
                "watch", checkpoints, "--announce", "--layer-groups", "2", "--out", Path.Combine("runs", run), "--until-step", $"{given["--steps"]}",
                "--probe", Relative(folder, texts.ProbePath), "--text", Relative(folder, texts.TrainingPath), "--context", $"{TinyModel.Context}", "--batch-rows", "64",
                "--features", $"{given["--features"]}", "--k", "16", "--budget", $"{given["--budget"]}", "--warm-fraction", "0.5", .. kafka,
            ]);
        using (announcer)
        {
            var workers = cores.Select(core => ProductProcess.Start(core, folder, "Cli/release/emergence.dll", ["worker", "--group", "workers", "--threads", "1", "--device", "cpu", .. kafka])).ToList();
            try
            {
                announcer.WaitFor("is announced");
                workers.ForEach(w => w.WaitFor("waiting for work"));
                announcer.WaitUntil(() => Steps(folder, run) == 1, "the first step is assembled");
                var before = workers.Select(w => w.ProcessorSeconds).ToList();
                var start = Stopwatch.GetTimestamp();
                foreach (var checkpoint in Directory.GetDirectories(later).Order(StringComparer.Ordinal))
                {
                    Directory.Move(checkpoint, Path.Combine(folder, checkpoints, Path.GetFileName(checkpoint)));
                }

                var code = announcer.WaitForEnd();
                var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                var processor = workers.Zip(before, (w, b) => w.ProcessorSeconds - b).Max();
                var codes = workers.Select(w => w.Stop()).ToList();
                return code == 0 && codes.All(c => c == 130) && Steps(folder, run) == given["--steps"]
                    ? (seconds, processor)
                    : throw new InvalidOperationException($"the announcer ended with {code}, workers with {string.Join(", ", codes)}:{Environment.NewLine}{announcer.Text}{Environment.NewLine}{string.Join(Environment.NewLine, workers.Select(w => w.Text))}");
            }
            finally
            {
                workers.ForEach(w => w.Dispose());
                broker.Stop();
            }
        }
    }

    private static int Steps(string folder, string run) => Directory.GetDirectories(Path.Combine(folder, "runs", run), "step-*").Length;

    private static string Relative(string folder, string path) => Path.GetRelativePath(folder, path);
}
