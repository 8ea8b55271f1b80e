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
        var observer = observe(first.Key);
        while (true)
        {
            await FolderTurn.WaitAsync(first.Settings.Run, time, text => observer.On(new RunRemark(text)), cancellationToken);
            try
            {
                CheckOwner(first);
                return await GroupRun.OpenAsync(first, Subject(first), machine, observer, time);
            }
            catch (SettingsException e) when (e.Problems[0].Setting is not (WorkRoot.Setting or "--device"))
            {
                throw Wrong(first, e.Problems[0].Problem, e);
            }
            catch (BadInputException) when (RunFolderStore.IsTaken(first.Settings.Run))
            {
                // Another took it in between.
            }
            catch (BadInputException e) when (e is not MalformedAnnouncementException && !IsOfThisMachine(first, e))
            {
                throw Wrong(first, e.Message.TrimEnd('.'), e);
            }
        }
    }

    /// <summary>
    /// Whether a fault may be otherwise on another machine, or mended without the work being done anew: a disk that is full or away, a file
    /// that is not there, damage to what is committed.
    /// </summary>
    private static bool IsOfThisMachine(AnnouncedWork work, BadInputException fault)
    {
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadInputException { Vanished: true } or IOException or UnauthorizedAccessException)
            {
                return true;
            }
        }

        var folder = Path.GetFullPath(work.Settings.Run);
        var file = Path.GetFullPath(fault.File);

        // That run.json says other settings than the message is the message's fault: it was whole when its owner was looked at.
        return (file == folder || file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)) && Path.GetFileName(file) != "run.json";
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

        return work.Checkpoint is ArrivedCheckpoint or LateCheckpoint && Directory.Exists(work.Checkpoint.Folder)
            ? ModelSubject.Read(settings, work.Checkpoint.Folder)
            : throw new SettingsException([new SettingProblem(
                WorkRoot.Setting,
                $"{work.Place}: the model of run {work.Message.Run} is not known here: {work.RunFolder} cannot be reached, and the checkpoint {work.Checkpoint.Folder} is not there",
                "give workers the announcer's run folder below --root, or copy its folder model; no message is lost")]);
    }
}
