using Emergence.Benchmarks.Sae.Workers;
using Emergence.Stages.Sae;
using Emergence.TestKit.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Layers;

/// <summary>
/// Several SAEs fed the same batches in one process: one after the other on all threads, as the graph's stage "sae" does it, and side by
/// side with one thread each, which is the alternative.
/// </summary>
internal static class LayerTable
{
    private const int Batches = 8;
    private static readonly int[] LayerCounts = [1, 2, 4, 8];

    public static void Print(SaeCase shape, SaeBenchmarkOptions options, TextWriter output)
    {
        var dictionary = new PlantedDictionary(shape.D, shape.Features, shape.K, options.Seed);
        var batches = Enumerable.Range(0, Batches).Select(i =>
        {
            var values = new float[shape.Batch * shape.D];
            dictionary.Fill(values, options.Seed, i);
            return tensor(values, [shape.Batch, shape.D]);
        }).ToArray();
        output.WriteLine($"\nlayers, {shape}, BatchTopK, {options.Threads} threads; medians of {options.Rounds} rounds");
        output.WriteLine("layers   one after the other: ms/batch   tokens/s x layers   to 1 layer     side by side: ms/batch   tokens/s x layers   to 1 layer");
        var single = double.NaN;
        foreach (var layers in LayerCounts)
        {
            var sae = new SaeOptions { Features = shape.Features, K = shape.K, BatchTokens = shape.Batch };
            using var inTurn = new LayersInTurn(sae, shape.D, layers, options.Threads);
            using var sideBySide = new LayersSideBySide(sae, shape.D, layers, options.Threads);
            var (turn, side) = (new List<double>(), new List<double>());
            var next = 0;
            for (var round = -1; round < options.Rounds; round++)
            {
                var one = StepClock.Run(() => inTurn.Train(batches[next++ % Batches]), options.Seconds);
                var other = StepClock.Run(() => sideBySide.Train(batches[next++ % Batches]), options.Seconds);
                if (round >= 0)
                {
                    turn.Add(one[1] / one[0]);
                    side.Add(other[1] / other[0]);
                }
            }

            single = layers == 1 ? Rate(turn) : single;
            output.WriteLine($"{layers,6} {1000 * Median.Of(turn),31:0.0} {Rate(turn),19:0} {Rate(turn) / single,12:0.00} {1000 * Median.Of(side),26:0.0} {Rate(side),19:0} {Rate(side) / single,12:0.00}");

            double Rate(List<double> seconds) => layers * shape.Batch / Median.Of(seconds);
        }

        foreach (var batch in batches)
        {
            batch.Dispose();
        }
    }
}
