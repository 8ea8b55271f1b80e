using Emergence.Stages.Input;

namespace Emergence.Pipeline.Announcing;

/// <summary>Why a checkpoint is refused, in the words of <see cref="BadInputException"/>.</summary>
/// <param name="File">File or folder.</param>
/// <param name="Place">Where in it.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">How to mend it.</param>
public sealed record AnnouncedProblem(string File, string Place, string Problem, string Remedy)
{
    /// <summary>The problem as it was found.</summary>
    /// <param name="problem">The exception.</param>
    public static AnnouncedProblem Of(BadInputException problem) => new(problem.File, problem.Place, problem.Problem, problem.Remedy);

    /// <summary>The exception again.</summary>
    public BadInputException ToException() => new(File, Place, Problem, Remedy);
}
