using System.Diagnostics;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae;

/// <summary>
/// Tokens per second of the SAE's training step, its share of the matrix-product rate measured in the same minute, and its ratio to a
/// dense autograd step run alternately with it. Options, in order: most threads (2), seconds per measurement (1), rounds (3).
/// </summary>
internal static class SaeBenchmark
{
    private static readonly (int D, int F, int K, int Batch)[] Cases = [(128, 1024, 16, 2048), (128, 2048, 32, 2048), (512, 4096, 32, 4096)];

    public static void Run(string[] args, TextWriter output)
    {
        var threads = args.Length > 0 ? int.Parse(args[0]) : 2;
        var seconds = args.Length > 1 ? double.Parse(args[1]) : 1;
        var rounds = args.Length > 2 ? int.Parse(args[2]) : 3;
        output.WriteLine("   d     F   k batch threads architecture    tokens/s  GFLOP/s sgemm  share   dense tokens/s  ratio");
        foreach (var (d, f, k, batch) in Cases)
        {
            using var x = randn(batch, d, generator: new Generator(1));
            for (var t = 1; t <= threads; t++)
            {
                set_num_threads(t);
                foreach (var architecture in new[] { SaeArchitecture.TopK, SaeArchitecture.BatchTopK })
                {
                    Case(x, d, f, k, t, architecture, seconds, rounds, output);
                }
            }
        }
    }

    private static void Case(Tensor x, int d, int f, int k, int threads, SaeArchitecture architecture, double seconds, int rounds, TextWriter output)
    {
        var batch = (int)x.shape[0];
        var options = new SaeOptions { Architecture = architecture, Features = f, K = k, BatchTokens = batch, LearningRate = 1e-3 };
        using var trainer = new SaeTrainer(options, d, threads);
        using var dense = new DenseReference(d, f, k, architecture == SaeArchitecture.BatchTopK, 1e-3);
        using var product = zeros(batch, f);
        using var weights = randn(f, d);
        using var transposed = weights.t();
        trainer.BeginCheckpoint(1L << 40);
        trainer.Step(x);
        trainer.Step(x);
        var ours = new double[rounds];
        var theirs = new double[rounds];
        var products = new double[rounds];
        for (var r = 0; r < rounds; r++)
        {
            products[r] = Rate(seconds / 3, batch, () => product.addmm_(x, transposed, beta: 0, alpha: 1));
            ours[r] = Rate(seconds, batch, () => trainer.Step(x));
            theirs[r] = Rate(seconds, batch, () => dense.Step(x));
        }

        var (rate, product1, dense1) = (Median(ours), Median(products), Median(theirs));
        output.WriteLine($"{d,4} {f,5} {k,3} {batch,5} {threads,7} {architecture,-12} {rate,11:0} {product1 * 2 * d * f / 1e9,14:0.0} {rate / product1,6:P0} {dense1,16:0} {rate / dense1,6:0.0}");
    }

    private static double Rate(double seconds, int tokens, Action step)
    {
        step();
        var clock = Stopwatch.StartNew();
        var steps = 0;
        do
        {
            step();
            steps++;
        }
        while (clock.Elapsed.TotalSeconds < seconds);
        return steps * (double)tokens / clock.Elapsed.TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
