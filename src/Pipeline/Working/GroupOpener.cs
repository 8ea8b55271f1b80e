using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Working;

/// <summary>Opens runs of layer groups over the real pipeline.</summary>
/// <param name="machine">What computes; stays the caller's.</param>
/// <param name="observe">Gives what is told about a group, by its key.</param>
/// <param name="time">The clock.</param>
internal sealed class GroupOpener(RunMachine machine, Func<string, IWatchObserver> observe, TimeProvider time) : IGroupOpener
{
    /// <inheritdoc/>
    public async Task<IGroupWork> OpenAsync(AnnouncedWork first, CancellationToken cancellationToken)
    {
        CheckOwner(first);
        await FolderTurn.WaitAsync(first.Settings.Run, time, cancellationToken);
        var subject = Subject(first);
        try
        {
            return await GroupRun.OpenAsync(first, subject, machine, observe(first.Key), time);
        }
        catch (SettingsException e)
        {
            throw Wrong(first, e.Problems[0].Problem, e);
        }
    }

    private static MalformedAnnouncementException Wrong(AnnouncedWork work, string problem, Exception? inner = null) => new(
        work.Place, "", $"run {work.Message.Run} cannot be worked on: {problem}", "Look who else writes to the topic, or give one of two runs of that name another; the message is passed over", inner);

    /// <summary>A folder that belongs to another run of the name is not one that this announcement is about.</summary>
    private static void CheckOwner(AnnouncedWork work)
    {
        var folder = work.Settings.Run;
        if (File.Exists(Path.Combine(folder, "run.json")) && GroupMark.Of(RunFolderReader.Open(folder).Description) != work.Mark)
        {
            throw Wrong(work, $"{folder} is of another run of that name");
        }
    }

    /// <summary>The whole run's folder has the model when it can be reached; else the group's own, or the first checkpoint.</summary>
    private static ModelSubject Subject(AnnouncedWork work)
    {
        var settings = work.Settings;
        if (ModelSubject.ReadKept(settings) is { } kept)
        {
            return kept;
        }

        if (RunModel.ReadKept(work.RunFolder) is { } whole)
        {
            return new ModelSubject(settings, whole);
        }

        return work.Checkpoint is ArrivedCheckpoint or LateCheckpoint
            ? ModelSubject.Read(settings, work.Checkpoint.Folder)
            : throw new BadInputException(work.RunFolder, "", "the model of the run is not known here: its folder cannot be reached, and its first checkpoint is not there", "Give workers the announcer's run folder below --root, or copy its folder model");
    }
}
