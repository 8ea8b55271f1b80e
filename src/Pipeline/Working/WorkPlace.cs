using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Working;

/// <summary>
/// Whether this worker, where it runs and as it was started, can do an announced work at all. The rule of what becomes of work that cannot be done:
/// <list type="bullet">
/// <item>What may be otherwise for another worker (the root, the device, a disk that is full or away) ends this one before the message counts as
/// dealt with: the work stays for a worker that can do it, or for this one started rightly.</item>
/// <item>What is so for every worker and lies in the message or the run (no announcement, settings that do not fit the model, a text that is no text)
/// is refused: the message counts as dealt with, and so does every later one of the run's group.</item>
/// <item>What passes (another process that still has the group's folder, a broker that is away) is waited for.</item>
/// </list>
/// A checkpoint that is not in its folder has been deleted since, which is an event of the run, but only where that folder is there.
/// </summary>
/// <param name="root">Where everything that is named must lie.</param>
/// <param name="state">Where a group's run folder is found.</param>
internal sealed class WorkPlace(WorkRoot root, WorkerState state)
{
    /// <summary>What to do when something is not found.</summary>
    public const string RootRemedy = "start the worker with --root at the folder that holds checkpoints, texts and runs as the announcer's current folder does; no message is lost, the work waits for a worker that finds it";

    /// <summary>Looks at a checkpoint of a group that is open.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="SettingsException">The folder of its checkpoint is not here.</exception>
    public void Check(AnnouncedWork work)
    {
        if (work.Checkpoint is ArrivedCheckpoint or LateCheckpoint && !Directory.Exists(work.Checkpoint.Folder)
            && Path.GetDirectoryName(Path.GetFullPath(work.Checkpoint.Folder)) is { } parent && !Directory.Exists(parent))
        {
            throw Missing(work, "the checkpoint", work.Message.Path, $"{RootRemedy} (where all checkpoints have been deleted for good, make the empty folder {parent}: they are recorded as vanished)");
        }
    }

    /// <summary>Looks at everything that a group needs to be opened.</summary>
    /// <param name="work">The work for which it is opened.</param>
    /// <exception cref="SettingsException">Something that was announced is not here, or the device is not.</exception>
    /// <exception cref="MalformedAnnouncementException">The run's folder belongs to another run of that name.</exception>
    public void CheckOpening(AnnouncedWork work)
    {
        if (state == WorkerState.Disk)
        {
            CheckRunFolder(work);
        }

        Check(work);
        var (settings, announced) = (work.Settings, work.Message.Settings);
        foreach (var (what, name, path) in new[] { ("the probe set", announced.Probe, settings.Probe) }
            .Concat(announced.Text.Zip(settings.TextPaths, (name, path) => ("the training text", name, path)))
            .Concat(settings.Tokenizer is { } tokenizer ? [("the tokenizer", announced.Tokenizer!, tokenizer)] : []))
        {
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                throw Missing(work, what, name, RootRemedy);
            }
        }

        CheckDevice(work);
    }

    private void CheckRunFolder(AnnouncedWork work)
    {
        // Written before the first message is sent. Without it another folder of the same names would be taken for the announcer's.
        var began = AnnouncementJournal.BeganOf(work.RunFolder);
        if (began is null)
        {
            throw Missing(work, $"{AnnouncementJournal.FileName} in the run folder", work.Message.Folder, RootRemedy + ", or with --state kafka where workers share no disk with the announcer");
        }

        if (began != work.Message.Began)
        {
            throw new MalformedAnnouncementException(
                work.Place, "began", $"run {work.Message.Run} cannot be worked on: {work.RunFolder} is of another run of that name", "Look who else writes to the topic, or give one of two runs of that name another; the message is passed over");
        }
    }

    private static void CheckDevice(AnnouncedWork work)
    {
        try
        {
            DeviceName.Resolve(work.Settings.Device);
        }
        catch (SettingsException e)
        {
            throw new SettingsException([new SettingProblem(
                "--device",
                $"{work.Place}: run {work.Message.Run} is announced for {work.Settings.Device}, and here {e.Problems[0].Problem}",
                "start the worker on a machine that has it, or announce the run with --device auto; no message is lost, the work waits for a worker that has the device")]);
        }
    }

    private SettingsException Missing(AnnouncedWork work, string what, string name, string remedy) =>
        new([new SettingProblem(WorkRoot.Setting, $"{work.Place}: {what} of run {work.Message.Run} is not found: looked for {name} below {root.Folder}", remedy)]);
}
