using Emergence.Benchmarks.Sae.Workers;
using Emergence.Stages.Input;
using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Benchmarks.Sae.Quality;

/// <summary>What each trainer makes of the same tokens, in the same order and the same batches: held-out quality on a planted dictionary.</summary>
internal static class QualityTable
{
    private const int HeldOutRows = 16_384;

    public static void Print(SaeCase shape, int steps, SaeBenchmarkOptions options, WorkerLauncher launcher, TextWriter output)
    {
        using var folder = new TemporaryFolder();
        var data = Data(shape, options, folder.Path);
        output.WriteLine($"\n{shape}; {steps} steps, {(long)steps * shape.Batch / 1e6:0.0} M tokens over {shape.Rows} rows, planted dictionary {options.Seed}, {HeldOutRows} rows held out");
        output.WriteLine("                     rate    seconds   tokens/s     FVU      L0    dead    MMCS   cosine > 0.9");
        foreach (var entry in QualityEntry.All(launcher, options))
        {
            using var worker = launcher.Start(entry.Kind, shape, data.TrainingFile);
            try
            {
                var keep = options.Save is { } save && entry.Rate == "rule" ? Path.Combine(save, $"{shape.Name}-{entry.Kind}") : null;
                QualityRun.WarmUp(worker, shape.Batch, entry.Rate);
                var (tokens, seconds, s) = QualityRun.Of(worker, steps, shape.Batch, entry.Rate, data, keep);
                output.WriteLine($"{worker.Name,-18} {entry.Rate,6} {seconds,10:0.0} {tokens / seconds,10:0} {s.Fvu,7:0.000} {s.L0,7:0.0} {s.Dead,7:P1} {s.Mmcs,7:0.000} {s.Recovered,14:0.00}");
            }
            catch (Exception e) when (e is WorkerException or BadInputException)
            {
                output.WriteLine($"{worker.Name,-18} {entry.Rate,6} {e.Message}");
            }
        }
    }

    /// <summary>The case's rows and its held-out rows.</summary>
    public static PlantedData Data(SaeCase shape, SaeBenchmarkOptions options, string folder)
        => PlantedData.Write(new PlantedDictionary(shape.D, shape.Features, shape.K, options.Seed), shape.Rows, HeldOutRows, options.Seed, folder, options.Threads);
}
