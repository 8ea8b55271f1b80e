using System.Globalization;
using System.Text;

namespace Emergence.Stages.Input;

/// <summary>Collects what is wrong with a file, so that one error tells all of it; counts what is beyond the limit.</summary>
/// <param name="file">The file or folder as the user named it.</param>
/// <param name="remedy">What the user can do about it, one clause without a full stop.</param>
public sealed class InputProblems(string file, string remedy)
{
    /// <summary>How many problems are written out; the others are only counted.</summary>
    public const int Shown = 20;

    private readonly List<(string Place, string Problem)> _shown = [];

    /// <summary>How many problems were found.</summary>
    public int Count { get; private set; }

    /// <summary>Records a problem.</summary>
    /// <param name="place">Where in the file ("line 12").</param>
    /// <param name="problem">What is wrong, one clause without a full stop.</param>
    public void Add(string place, string problem)
    {
        Count++;
        if (_shown.Count < Shown)
        {
            _shown.Add((place, problem));
        }
    }

    /// <summary>Ends the collection.</summary>
    /// <exception cref="BadInputException">A problem was recorded.</exception>
    public void ThrowIfAny()
    {
        if (Count == 0)
        {
            return;
        }

        if (Count == 1)
        {
            throw new BadInputException(file, _shown[0].Place, _shown[0].Problem, remedy);
        }

        var text = new StringBuilder($"{Count.ToString(CultureInfo.InvariantCulture)} problems");
        foreach (var (place, problem) in _shown)
        {
            text.Append("\n  ").Append(place).Append(": ").Append(problem);
        }

        if (Count > Shown)
        {
            text.Append($"\n  and {Count - Shown} more");
        }

        throw new BadInputException(file, _shown[0].Place, text.ToString(), remedy);
    }
}
