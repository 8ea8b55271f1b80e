using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Cli.Doctor;

/// <summary>A run folder: whether every commit in it is whole and can be read.</summary>
/// <param name="folder">The run folder.</param>
internal sealed class RunFolderCheck(string folder) : IDoctorCheck
{
    /// <inheritdoc/>
    public string Part => "run folder";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        var damaged = new List<CheckResult>();
        IReadOnlyList<long> steps = [];
        try
        {
            var reader = RunFolderReader.Open(folder);
            steps = reader.ListSteps();
            foreach (var step in steps)
            {
                try
                {
                    reader.Read(step, Tables.All);
                }
                catch (BadInputException error)
                {
                    damaged.Add(Fault(error));
                }
            }
        }
        catch (BadInputException error)
        {
            damaged.Add(Fault(error));
        }

        return damaged.Count > 0 ? damaged : [new(Part, CheckState.Ok, $"{folder}: {steps.Count} commits, all whole{(steps.Count > 0 ? $", newest step {steps[^1]}" : "")}")];
    }

    private CheckResult Fault(BadInputException error) =>
        new(Part, CheckState.Fault, $"{error.File}{(error.Place.Length == 0 ? "" : $" ({error.Place})")}: {error.Problem}", error.Remedy);
}
