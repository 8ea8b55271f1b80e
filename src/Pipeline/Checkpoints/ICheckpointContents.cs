using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>What a folder must hold to be a whole checkpoint. Called for one folder at a time.</summary>
public interface ICheckpointContents
{
    /// <summary>Looks whether everything is there, as long as its headers say.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="BadInputException">Something is missing or not whole; the message says what and how to mend it.</exception>
    void Check(string folder);

    /// <summary>Reads what a whole checkpoint says of the training run.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="step">Its step, by the folder's name.</param>
    /// <returns>What it says; null when it says nothing.</returns>
    /// <exception cref="BadInputException">It says it is of another step.</exception>
    TrainingProgress? ReadProgress(string folder, long step);

    /// <summary>Whether a folder looks like a checkpoint itself, for people who name one where the folder of all is meant.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether it does; it need not be whole.</returns>
    bool LooksLikeCheckpoint(string folder);
}
