using Emergence.Benchmarks.Sae.Workers;
using Emergence.Stages.Input;
using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Benchmarks.Sae.Quality;

/// <summary>
/// The least training that reaches a quality: budgets double until one, trained to its end by its own schedule, is good enough. Everyone
/// knows the budget beforehand. Our trainer also chooses the batch from it; PyTorch's is tried with the case's batch and a quarter of it.
/// </summary>
internal static class TimeToQualityTable
{
    private const double Fvu = 0.25;
    private const double Mmcs = 0.7;
    private const int FewestSteps = 100;
    private const int MostSteps = 3200;

    public static void Print(SaeCase shape, SaeBenchmarkOptions options, WorkerLauncher launcher, TextWriter output)
    {
        using var folder = new TemporaryFolder();
        var data = QualityTable.Data(shape, options, folder.Path);
        output.WriteLine($"\n{shape.Name}: the least budget that reaches FVU {Fvu} with MMCS {Mmcs}");
        output.WriteLine("                     rate   batch    tokens   seconds     FVU    MMCS");
        foreach (var entry in QualityEntry.All(launcher, options))
        {
            using var worker = launcher.Start(entry.Kind, shape, data.TrainingFile);
            var free = entry.Rate == "rule";
            foreach (var batch in free ? (int[])[shape.Batch] : [shape.Batch, shape.Batch / 4])
            {
                try
                {
                    var run = Least(worker, shape, batch, free ? "rule free" : entry.Rate, data);
                    var s = run.Score;
                    output.WriteLine($"{worker.Name,-18} {entry.Rate,6} {(free ? "rule" : $"{batch}"),7} {run.Tokens,9} {run.Seconds,9:0.0} {s.Fvu,7:0.000} {s.Mmcs,7:0.000}{(Reached(s) ? "" : "   not reached")}");
                }
                catch (Exception e) when (e is WorkerException or BadInputException)
                {
                    output.WriteLine($"{worker.Name,-18} {entry.Rate,6} {e.Message}");
                }
            }
        }
    }

    private static QualityRun Least(Worker worker, SaeCase shape, int batch, string rate, PlantedData data)
    {
        QualityRun.WarmUp(worker, batch, rate);
        for (var steps = FewestSteps; ; steps *= 2)
        {
            var run = QualityRun.Of(worker, steps * (shape.Batch / batch), batch, rate, data);
            if (Reached(run.Score) || steps >= MostSteps)
            {
                return run;
            }
        }
    }

    private static bool Reached(PlantedScore score) => score is { Fvu: <= Fvu, Mmcs: >= Mmcs };
}
