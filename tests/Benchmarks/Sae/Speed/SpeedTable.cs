using Emergence.Benchmarks.Sae.Workers;
using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Benchmarks.Sae.Speed;

/// <summary>
/// Tokens per second of the training step alone. In every round each architecture of ours, each PyTorch trainer and the encoder product
/// run one after the other, so that a machine that gets slower gets slower for all; the table has medians over rounds, of ratios too.
/// </summary>
internal static class SpeedTable
{
    private const int Rows = 65_536;
    private const int AllocationSteps = 50;
    // The training that the measured steps are part of: its length decides warm-up and when a latent counts as dead.
    private const int Steps = 4000;

    public static void Print(SaeCase shape, SaeBenchmarkOptions options, WorkerLauncher launcher, TextWriter output)
    {
        using var folder = new TemporaryFolder();
        var dictionary = new PlantedDictionary(shape.D, shape.Features, shape.K, options.Seed);
        var data = PlantedData.Write(dictionary, Rows, heldOut: 1, options.Seed, folder.Path, options.Threads).TrainingFile;
        output.WriteLine($"\n{shape}; medians of {options.Rounds} rounds of {options.Seconds} s");
        output.WriteLine("                      tokens/s   range            ratio to best PyTorch   share of product   peak MiB   managed bytes/step   dead");
        var contestants = new List<SpeedContestant>();
        try
        {
            foreach (var kind in (string[])[.. WorkerLauncher.Ours.Where(options.Includes), .. launcher.Theirs.Where(options.Includes), WorkerLauncher.Product])
            {
                var contestant = new SpeedContestant(kind, launcher.Start(kind, shape, data));
                contestants.Add(contestant);
                contestant.Begin(Steps, shape.Batch, options.Seconds, options.Quick);
            }

            var others = new OtherLoad([.. contestants.Select(c => c.Worker)]);
            for (var round = 0; round < options.Rounds; round++)
            {
                contestants.ForEach(c => c.Measure(options.Seconds, shape.Batch));
            }

            var load = others.Share;
            var theirs = contestants.Where(c => launcher.Theirs.Contains(c.Kind)).ToList();
            var product = contestants[^1];
            foreach (var contestant in contestants)
            {
                output.WriteLine(Row(contestant, theirs, product));
            }

            output.WriteLine($"  the product runs at {product.Rate * 2 * shape.D * shape.Features / 1e9:0} GFLOP/s; every trainer's peak includes the same {Rows * shape.D * 4 >> 20} MiB of data");
            output.WriteLine($"  other programs took {load:P0} of the machine meanwhile{(load > 0.05 ? ": PyTorch suffers more from that than we do, measure again on a quiet one" : "")}");
        }
        finally
        {
            contestants.ForEach(c => c.Dispose());
        }
    }

    private static string Row(SpeedContestant contestant, List<SpeedContestant> theirs, SpeedContestant product)
    {
        if (contestant.Fault is { } fault)
        {
            return $"{contestant.Name,-18} {fault}";
        }

        // Round by round against what was the faster reference in that round.
        var best = Enumerable.Range(0, contestant.Rates.Count).Select(r => theirs.Where(t => t.Fault is null).Select(t => t.Rates[r]).DefaultIfEmpty(double.NaN).Max());
        var ratio = Median.Of(contestant.Rates.Zip(best, (own, other) => own / other));
        var share = product.Fault is null ? Median.Of(contestant.Rates.Zip(product.Rates, (own, alone) => own / alone)) : double.NaN;
        var ours = WorkerLauncher.Ours.Contains(contestant.Kind);
        var allocated = ours ? $"{contestant.Worker.Ask($"allocated {AllocationSteps}")[0]:0}" : "";
        var dead = ours ? $"{contestant.Worker.Ask("dead")[0]:0}" : "";
        return $"{contestant.Name,-18} {contestant.Rate,11:0}   {contestant.Rates.Min(),7:0}-{contestant.Rates.Max(),-8:0} {(contestant == product ? "" : $"{ratio:0.00}"),22} {share,18:P0} {contestant.Worker.Ask("memory")[0] / (1 << 20),10:0} {allocated,20} {dead,6}";
    }
}
