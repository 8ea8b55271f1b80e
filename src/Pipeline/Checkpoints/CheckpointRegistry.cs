using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// The weights of every checkpoint of a run, by hash, so that a copy of another step's weights is found: a curve over it
/// would show a stand-still that never was. (Steps 0 and 1 of a run whose learning rate starts at zero are such copies.)
/// Not thread-safe.
/// </summary>
public sealed class CheckpointRegistry
{
    private readonly Dictionary<string, long> _stepOf = new(StringComparer.Ordinal);

    /// <summary>Records the weights of a step, unless an earlier recorded one has the same.</summary>
    /// <param name="step">The step.</param>
    /// <param name="hash">The hash of its weights (<see cref="CheckpointHash"/>).</param>
    /// <param name="otherStep">The step that has the same weights; <paramref name="step"/> itself when there is none.</param>
    /// <returns>False when another step has the same weights: then nothing is recorded.</returns>
    public bool TryAdd(long step, string hash, out long otherStep)
    {
        if (!_stepOf.TryGetValue(hash, out otherStep))
        {
            _stepOf[hash] = otherStep = step;
        }

        return otherStep == step;
    }

    /// <summary>What is wrong with a copy, for <see cref="CheckpointEvents.Refused"/> with <see cref="RefusalReason.CopyOfAnotherStep"/>.</summary>
    /// <param name="folder">The copy.</param>
    /// <param name="step">Its step.</param>
    /// <param name="otherStep">The step whose weights it has.</param>
    /// <returns>The problem and its remedy.</returns>
    public static BadInputException CopyProblem(string folder, long step, long otherStep) => new(
        folder, "", $"its weights are, byte for byte, those of step {otherStep}", $"Save the weights of step {step} again, or remove the folder");
}
