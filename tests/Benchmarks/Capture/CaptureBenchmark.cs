using System.Diagnostics;
using Emergence.Benchmarks.Sae;
using Emergence.Benchmarks.Sae.Speed;
using Emergence.Benchmarks.Sae.Workers;
using Emergence.TestKit;

namespace Emergence.Benchmarks.Capture;

/// <summary>
/// Activation capture against PyTorch, which is given the same checkpoint and the same tokens; all take turns in the same minutes, each in a
/// process of its own. PyTorch runs twice: as it comes, and with the settings of memory and threads that the product found for itself.
/// </summary>
internal static class CaptureBenchmark
{
    private const string Usage = "usage: Benchmarks capture [--threads N] [--rounds N] [--seconds S]";

    // Sums in another order differ by less; another formula by more.
    private const double Agreement = 1e-4;

    public static int Run(string[] args, TextWriter output)
    {
        var (threads, rounds, seconds) = (Environment.ProcessorCount, 5, 2.0);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || args[i] is not ("--threads" or "--rounds" or "--seconds"))
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }

            (threads, rounds, seconds) = args[i] switch
            {
                "--threads" => (int.Parse(args[i + 1]), rounds, seconds),
                "--rounds" => (threads, int.Parse(args[i + 1]), seconds),
                _ => (threads, rounds, double.Parse(args[i + 1])),
            };
        }

        if (LibrarySettings.RestartWithout("capture", args, output) is { } status)
        {
            return status;
        }

        using var folder = new TemporaryFolder();
        CaptureModel.Write(folder.Path);
        var contestants = Start(folder.Path, threads, output);
        try
        {
            output.WriteLine($"{Machine.Describe()}; {threads} threads; layers 0 to {CaptureModel.Layer} of d {CaptureModel.Config.HiddenSize}, {CaptureModel.Operations / 1e6:0} MFLOP of products a token");
            foreach (var shape in CaptureCase.All)
            {
                Print(shape, contestants, rounds, seconds, output);
            }
        }
        finally
        {
            contestants.ForEach(c => c.Dispose());
        }

        return 0;
    }

    private static List<CaptureContestant> Start(string folder, int threads, TextWriter output)
    {
        var contestants = new List<CaptureContestant>
        {
            new("kernels", LibrarySettings.OwnProgram([CaptureWorker.Verb, folder, CaptureWorker.Kernels, $"{threads}"])),
            new("tensors", LibrarySettings.OwnProgram([CaptureWorker.Verb, folder, CaptureWorker.Tensors, $"{threads}"])),
        };
        if (WorkerLauncher.Version(WorkerLauncher.Python) is not { } version)
        {
            output.WriteLine($"{WorkerLauncher.Python} has no torch: PyTorch's rows are left out (Debian: apt-get install python3-torch; or set PYTHON)");
            return contestants;
        }

        ProcessStartInfo Reference(string kind) =>
            new(WorkerLauncher.Python, [Path.Combine(AppContext.BaseDirectory, "Capture", "Reference", "capture_reference.py"), folder, kind, $"{threads}", $"{CaptureModel.Layer}"]);
        var tuned = Reference("model");
        LibrarySettings.Tune(tuned);
        var products = Reference("products");
        LibrarySettings.Tune(products);
        contestants.Add(new CaptureContestant($"PyTorch {version}", Reference("model")));
        contestants.Add(new CaptureContestant("the same, tuned", tuned));
        contestants.Add(new CaptureContestant("its products alone", products));
        return contestants;
    }

    private static void Print(CaptureCase shape, List<CaptureContestant> contestants, int rounds, double seconds, TextWriter output)
    {
        contestants.ForEach(c => c.Begin(shape, Math.Max(seconds, 1)));
        Agree(contestants);
        var others = new OtherLoad([.. contestants.Select(c => c.Worker)]);
        for (var round = 0; round < rounds; round++)
        {
            contestants.ForEach(c => c.Measure(shape, seconds));
        }

        output.WriteLine($"\n{shape}; medians of {rounds} rounds of {seconds} s");
        output.WriteLine("                       tokens/s   range            GFLOP/s   of PyTorch's rate   of tuned PyTorch's   peak MiB");
        foreach (var contestant in contestants)
        {
            output.WriteLine(
                $"{contestant.Name,-20} {contestant.Rate,10:0}   {contestant.Rates.Min(),7:0}-{contestant.Rates.Max(),-8:0} {contestant.Rate * CaptureModel.Operations / 1e9,8:0} {Ratio(contestant, contestants, 2),19} {Ratio(contestant, contestants, 3),20} {contestant.Worker.Ask("memory")[0] / (1 << 20),10:0}");
        }

        output.WriteLine($"  other programs took {others.Share:P0} of the machine meanwhile");
    }

    private static string Ratio(CaptureContestant contestant, List<CaptureContestant> contestants, int to) =>
        contestants.Count <= to || contestant == contestants[to] ? "" : $"{Median.Of(contestant.Rates.Zip(contestants[to].Rates, (own, other) => own / other)):0.00}";

    /// <summary>A rate counts only where the activations are the same.</summary>
    private static void Agree(List<CaptureContestant> contestants)
    {
        var expected = contestants[0].Worker.Ask("sum");
        foreach (var contestant in contestants.Skip(1).Take(3))
        {
            var sum = contestant.Worker.Ask("sum");
            if (sum.Zip(expected).Any(p => Math.Abs(p.First - p.Second) > Agreement * Math.Abs(p.Second)))
            {
                throw new WorkerException($"{contestant.Name} computes something else: {string.Join(' ', sum)} instead of {string.Join(' ', expected)}");
            }
        }
    }
}
