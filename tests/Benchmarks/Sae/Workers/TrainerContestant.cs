using Emergence.Stages.Sae;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>Our trainer on a file of activations, gone over and over.</summary>
internal sealed class TrainerContestant(BatchStream batches, int threads, SaeOptions options) : IContestant
{
    private SaeTrainer? _trainer;

    public int DeadLatents => Trainer.Summary.DeadLatents;

    private SaeTrainer Trainer => _trainer ?? throw new InvalidOperationException("not begun");

    public void Begin(int steps, int batch, double? rate, bool free)
    {
        _trainer?.Dispose();
        _trainer = null;
        batches.Rewind(batch);
        _trainer = new SaeTrainer(options with { BatchTokens = free ? null : batch, LearningRate = rate }, batches.Dimension, threads);
        _trainer.BeginCheckpoint((long)steps * batch);
    }

    public void Step() => Trainer.Step(batches.Next());

    public void End() => Trainer.EndTraining();

    public void Save(string folder) => Trainer.ExportSaeLens(folder, new SaeProvenance("planted", 0, 0, 1, new Dictionary<string, string>()));

    public void Dispose() => _trainer?.Dispose();
}
