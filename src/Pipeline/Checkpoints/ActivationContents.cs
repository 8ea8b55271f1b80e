using Emergence.Stages.Activations.Streams;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// A step of an activation stream is whole when each watched layer's file is there, as long as its header says. Until it is known which
/// layers are watched, every layer's file that is there must be whole, and one must be there.
/// </summary>
/// <param name="layers">Watched layers, ascending; null when the first step decides.</param>
public sealed class ActivationContents(IReadOnlyList<int>? layers) : ICheckpointContents
{
    private volatile IReadOnlyList<int>? _layers = layers;

    /// <summary>Says which layers are watched. May be called from any thread.</summary>
    /// <param name="watched">The layers, ascending.</param>
    public void Expect(IReadOnlyList<int> watched) => _layers = watched;

    /// <inheritdoc/>
    public void Check(string folder)
    {
        foreach (var layer in _layers ?? [])
        {
            var name = SavedLayer.FileOf(layer);
            if (!File.Exists(Path.Combine(folder, name)))
            {
                throw new BadInputException(folder, "", $"{name} is missing", "Wait until the step is written completely, or say with --layers which layers are to be watched");
            }
        }

        SavedStep.Open(folder, _layers).Dispose();
    }

    /// <inheritdoc/>
    public TrainingProgress? ReadProgress(string folder, long step)
    {
        using var saved = SavedStep.Open(folder, _layers);
        return saved.Notes.Step is { } stated && stated != step
            ? throw new BadInputException(
                Path.Combine(folder, SavedLayer.FileOf(saved.Layers[0].Layer)), "__metadata__ step", $"it is of step {stated}, in the folder of step {step}", "Check that the folder is named after its own step")
            : new TrainingProgress(saved.Notes.TokensSeen, saved.Notes.Loss);
    }

    /// <inheritdoc/>
    public bool LooksLikeCheckpoint(string folder) => SavedLayer.LayersIn(folder).Count > 0;
}
