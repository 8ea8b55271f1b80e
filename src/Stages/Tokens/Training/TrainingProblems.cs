using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens.Training;

/// <summary>What is wrong with a training text of one file or of several, each place with its file where there are several.</summary>
/// <param name="text">The text as the user named it.</param>
/// <param name="several">Whether it is of several files.</param>
internal sealed class TrainingProblems(string text, bool several)
{
    private readonly InputProblems _found = new(text, "Correct the text; data/README.md shows its formats");

    /// <summary>How many there are.</summary>
    public int Count => _found.Count;

    /// <summary>Records a problem.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where in it.</param>
    /// <param name="problem">What is wrong, one clause without a full stop.</param>
    public void Add(string path, string place, string problem) => _found.Add(several ? $"{Path.GetFileName(path)} {place}" : place, problem);

    /// <summary>Ends the collection.</summary>
    /// <exception cref="BadInputException">A problem was recorded.</exception>
    public void ThrowIfAny() => _found.ThrowIfAny();
}
