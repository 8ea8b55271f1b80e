using Emergence.Pipeline.Messages;
using Emergence.Stages.Firing;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>The SAE of one watched layer with its clocks and its sums over the probe set.</summary>
/// <param name="layer">Layer, from 0.</param>
/// <param name="trainer">The SAE; owned from here on.</param>
/// <param name="time">The run's clock.</param>
internal sealed class LayerSae(int layer, SaeTrainer trainer, TimeProvider time) : IDisposable
{
    private ReconstructionSums _sums = new(trainer.Dimension, trainer.Features);
    private double _secondsTrain;
    private double _secondsMeasure;

    public int Layer => layer;

    public SaeTrainer Trainer => trainer;

    public void Begin(long budget)
    {
        _sums = new ReconstructionSums(trainer.Dimension, trainer.Features);
        _secondsTrain = 0;
        _secondsMeasure = 0;
        var start = time.GetTimestamp();
        trainer.BeginCheckpoint(budget);
        _secondsTrain += Since(start);
    }

    public void Train(Tensor activations)
    {
        var start = time.GetTimestamp();
        trainer.Step(activations);
        _secondsTrain += Since(start);
    }

    public void EndTraining()
    {
        var start = time.GetTimestamp();
        trainer.EndTraining();
        _secondsTrain += Since(start);
    }

    public void Encode(Tensor activations, TokenFirings into)
    {
        var start = time.GetTimestamp();
        trainer.Encode(activations, into, _sums);
        _secondsMeasure += Since(start);
    }

    public LayerSnapshot Snapshot() => new(layer, trainer.Dimension, trainer.DecoderDirections(), _sums, trainer.Summary.Tokens, _secondsTrain, _secondsMeasure);

    /// <summary>Makes the SAE what it was, also out of the midst of training.</summary>
    /// <param name="state">What the trainer saved.</param>
    /// <param name="file">Its name, for errors.</param>
    public void Restore(Stream state, string file)
    {
        trainer.AbandonTraining();
        trainer.LoadState(state, file);
    }

    public void Dispose() => trainer.Dispose();

    private double Since(long start) => time.GetElapsedTime(start).TotalSeconds;
}
