using Emergence.Stages.Input;
using Emergence.Stages.Sae.Formats;

namespace Emergence.Stages.Sae;

// What survives from checkpoint to checkpoint, and what other tools read.
public sealed partial class SaeTrainer
{
    /// <summary>
    /// Writes everything the next checkpoint needs: a trainer that loads it goes on bit for bit like this one. Adam's moments are not
    /// in it, because each checkpoint starts with fresh ones; so it can be written between checkpoints only.
    /// </summary>
    /// <param name="stream">Receives the state; not closed.</param>
    /// <exception cref="InvalidOperationException">The SAE is in training.</exception>
    public void SaveState(Stream stream)
    {
        RefuseInTraining();
        var writer = new StateWriter(stream, Shape());
        writer.Write(Checkpoints);
        writer.Write(DeadAfterTokens);
        writer.Write(_coldPeak);
        writer.Write(_threshold);
        writer.Write(_statistics.Scale);
        writer.Write(_statistics.Mean);
        var snapshot = _core.Snapshot(moments: false);
        foreach (var values in snapshot.Weights)
        {
            writer.Write(values);
        }

        writer.Write(snapshot.SilentTokens);
        writer.End();
    }

    /// <summary>
    /// Gives up the checkpoint in training; does nothing between checkpoints. What it changed stays: <see cref="LoadState"/> makes the SAE
    /// what it was before.
    /// </summary>
    public void AbandonTraining() => _training = false;

    /// <summary>Takes over a state written by <see cref="SaveState"/>, or leaves this trainer untouched.</summary>
    /// <param name="stream">Where it is read from, up to its end.</param>
    /// <param name="name">What to call it in errors, such as its file name.</param>
    /// <exception cref="BadInputException">It is damaged, of another version, or of an SAE of another shape.</exception>
    /// <exception cref="InvalidOperationException">The SAE is in training.</exception>
    public void LoadState(Stream stream, string name)
    {
        RefuseInTraining();
        var reader = StateReader.Open(stream, name, Shape(), StateBytes());
        Checkpoints = reader.ReadInt32();
        DeadAfterTokens = reader.ReadInt64();
        _coldPeak = reader.ReadDouble();
        _threshold = reader.ReadSingle();
        _statistics.Scale = reader.ReadSingle();
        reader.Read(_statistics.Mean);
        var snapshot = _core.Snapshot(moments: false);
        foreach (var values in snapshot.Weights)
        {
            reader.Read(values);
        }

        reader.Read(snapshot.SilentTokens);
        _core.Restore(snapshot);
        _core.SetStatistics(_statistics.Mean, _statistics.Scale);
        _deadCount = snapshot.SilentTokens.Count(silent => silent > DeadAfterTokens);
    }

    /// <summary>Writes the SAE for SAELens (version 6 and later): <c>sae_weights.safetensors</c> and <c>cfg.json</c>.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="provenance">Where the activations came from.</param>
    /// <exception cref="InvalidOperationException">The SAE is in training or was never trained.</exception>
    public void ExportSaeLens(string folder, SaeProvenance provenance) => SaeLensFolder.Write(folder, Fold(), provenance);

    /// <summary>
    /// Writes the SAE for sparsify: <c>sae.safetensors</c> and <c>cfg.json</c>. That format knows no threshold: a BatchTopK SAE is
    /// read there as a per-token TopK one of the same k, which is close to it and not the same.
    /// </summary>
    /// <param name="folder">Made when missing; sparsify expects it to be called <c>layers.N</c>.</param>
    /// <param name="provenance">Where the activations came from.</param>
    /// <exception cref="InvalidOperationException">The SAE is in training or was never trained.</exception>
    public void ExportSparsify(string folder, SaeProvenance provenance) => SparsifyFolder.Write(folder, Fold(), provenance);

    /// <summary>The frozen SAE with mean and scale folded in, for raw activations.</summary>
    internal FoldedSae Fold()
    {
        RefuseInTraining();
        if (Checkpoints == 0)
        {
            throw new InvalidOperationException("the SAE was never trained");
        }

        return FoldedSae.From(_core.Snapshot(moments: false), _statistics, Options, _threshold);
    }

    private int[] Shape() => [Dimension, Features, (int)Options.Architecture, Options.K];

    // Counters, then floats (mean, both matrices, both biases), then clocks.
    private long StateBytes()
        => 4 + 8 + 8 + 4 + 4 + (4L * ((2L * Features * Dimension) + (JumpReLU ? 2L : 1L) * Features + (2L * Dimension))) + (8L * Features);

    private bool JumpReLU => Options.Architecture == SaeArchitecture.JumpReLU;

    private void RefuseInTraining()
    {
        if (_training)
        {
            throw new InvalidOperationException("the SAE is in training: call EndTraining first");
        }
    }
}
