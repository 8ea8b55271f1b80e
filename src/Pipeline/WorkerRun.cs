using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Stages.Input;

namespace Emergence.Pipeline;

/// <summary>
/// A worker: takes announced checkpoints from a consumer group, works on them with the graph of a single run, and publishes what it commits.
/// Killed anywhere, it or another worker goes on from the last commit, and the topics end with the same rows, each once.
/// </summary>
/// <param name="settings">Valid settings.</param>
/// <param name="client">Kafka; stays the caller's.</param>
/// <param name="kafka">Topics and sizes.</param>
/// <param name="tell">Told what happens, from one thread at a time.</param>
/// <param name="time">The clock.</param>
public sealed class WorkerRun(WorkerSettings settings, IKafkaClient client, KafkaSettings kafka, Action<WorkerEvent> tell, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>Works until told to stop.</summary>
    /// <param name="drain">Finish and publish what is in work, then leave the group.</param>
    /// <param name="abort">Give up what is in work too; what is committed stays.</param>
    /// <exception cref="SettingsException">The root or the device is not one with which what was announced can be worked on; nothing that was announced is lost.</exception>
    /// <exception cref="BadInputException">A disk or a run folder cannot be used.</exception>
    /// <exception cref="PublishException">The broker refuses what is published, or has been away for too long.</exception>
    /// <exception cref="KafkaFailureException">The broker refuses the membership for good.</exception>
    /// <exception cref="LeaveDeadlineException">Something has not let go long after the worker was told to leave.</exception>
    public async Task RunAsync(CancellationToken drain, CancellationToken abort)
    {
        var leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await LeaveDeadline.KeepAsync(WorkAsync(leaving, drain, abort), leaving.Task, time);
    }

    private async Task WorkAsync(TaskCompletionSource leaving, CancellationToken drain, CancellationToken abort)
    {
        // Before the first announcement is waited for.
        DeviceName.Resolve(settings.Device);
        using var machine = await RunMachine.StartAsync(settings.ThreadCount);
        var root = new WorkRoot(settings.Root);
        var reader = new AnnouncementReader(root, settings.Device == DeviceName.Auto ? null : settings.Device, settings.ThreadCount);
        var opener = new GroupOpener(machine, key => new GroupObserver(told => Tell(new GroupTold(key, told))), time);
        await using var member = new WorkerMember(client, kafka, settings.Group, RunSettingsFile.Producer, reader, opener, Tell, time) { State = settings.State, Place = new WorkPlace(root, settings.State) };
        using var membership = new WorkerMembership(client, kafka.Topics.Checkpoints, settings.Group, member, Tell);
        await using var onLeaving = membership.Left.Register(leaving.SetResult);
        await membership.RunAsync(drain, abort);
    }

    private void Tell(WorkerEvent told)
    {
        lock (_gate)
        {
            tell(told);
        }
    }

    private sealed class GroupObserver(Action<WatchEvent> tell) : IWatchObserver
    {
        public void On(WatchEvent watchEvent) => tell(watchEvent);
    }
}
