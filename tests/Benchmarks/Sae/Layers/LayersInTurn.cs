using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Layers;

/// <summary>One trainer after the other on the calling thread, each with every thread while it runs: what the stage "sae" does.</summary>
internal sealed class LayersInTurn : IDisposable
{
    private readonly SaeTrainer[] _trainers;

    public LayersInTurn(SaeOptions options, int d, int layers, int threads)
        => _trainers = [.. Enumerable.Range(1, layers).Select(i => Begun(options with { Seed = (ulong)i }, d, threads))];

    public void Train(Tensor batch)
    {
        foreach (var trainer in _trainers)
        {
            trainer.Step(batch);
        }
    }

    public void Dispose()
    {
        foreach (var trainer in _trainers)
        {
            trainer.Dispose();
        }
    }

    /// <summary>A trainer at the start of a training of the length that the speed table has.</summary>
    public static SaeTrainer Begun(SaeOptions options, int d, int threads)
    {
        var trainer = new SaeTrainer(options, d, threads);
        trainer.BeginCheckpoint(4000L * options.BatchTokens!.Value);
        return trainer;
    }
}
