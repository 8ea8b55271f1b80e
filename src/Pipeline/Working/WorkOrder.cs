using Emergence.Pipeline.Announcing;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Working;

/// <summary>
/// Whether an announcement is the next of its group. Each is one commit of the group's run folder, so the folder says which number follows, however
/// often its messages are delivered. A number that was there before is not worked on again; one that is to come later is not worked on now:
/// the SAEs would go on from the wrong checkpoint, and the step between would be missing for ever.
/// </summary>
internal static class WorkOrder
{
    /// <summary>Checks it.</summary>
    /// <param name="work">The announcement.</param>
    /// <param name="folder">The group's run folder.</param>
    /// <exception cref="BadInputException">Announcements between the last that was worked on and this one are missing, or it has the number of another step.</exception>
    public static void Check(AnnouncedWork work, RunFolderReader folder)
    {
        var steps = folder.ListSteps();
        var number = work.Message.Number;
        if (number == steps.Count + 1)
        {
            return;
        }

        if (number > steps.Count)
        {
            throw Wrong(work, number == steps.Count + 2
                ? $"announcement {steps.Count + 1} of {work.Key} has not been worked on, and this is number {number}"
                : $"announcements {steps.Count + 1} to {number - 1} of {work.Key} have not been worked on, and this is number {number}");
        }

        if (!steps.Contains(work.Step))
        {
            throw Wrong(work, $"it is number {number} of {work.Key}, of which {steps.Count} have been worked on, but step {work.Step} is none of them");
        }
    }

    private static BadInputException Wrong(AnnouncedWork work, string problem) => new(
        work.Place.ToString(),
        "number",
        problem,
        "Start the workers with another --group, which reads every announcement from the first on and leaves alone what is committed; the message waits");
}
