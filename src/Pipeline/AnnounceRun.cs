using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Assembly;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline;

/// <summary>
/// Follows a folder of checkpoints for workers: announces each to every layer group, and makes the run folder out of what the groups
/// have committed. It does no torch work. Killed anywhere and started again it goes on, and announces nothing twice.
/// </summary>
public sealed class AnnounceRun
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private readonly WatchSettings _settings;
    private readonly LayerGroupPlan _plan;
    private readonly IKafkaClient _client;
    private readonly KafkaTopics _topics;
    private readonly IWatchObserver _observer;
    private readonly TimeProvider _time;
    private readonly RunStream _stream;

    /// <summary>Makes a run over a folder of checkpoints.</summary>
    /// <param name="settings">Valid settings, of models.</param>
    /// <param name="plan">How the layers are shared.</param>
    /// <param name="client">Kafka; stays the caller's.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="observer">Told what happens: <see cref="RunOpened"/> first, <see cref="CheckpointCommitted"/> when a step is assembled, <see cref="RunEnded"/> last.</param>
    /// <param name="time">The clock.</param>
    public AnnounceRun(WatchSettings settings, LayerGroupPlan plan, IKafkaClient client, KafkaTopics topics, IWatchObserver observer, TimeProvider time)
        : this(settings, plan, client, topics, observer, time, new RunStream(settings, time))
    {
    }

    internal AnnounceRun(WatchSettings settings, LayerGroupPlan plan, IKafkaClient client, KafkaTopics topics, IWatchObserver observer, TimeProvider time, RunStream stream)
        => (_settings, _plan, _client, _topics, _observer, _time, _stream) = (settings, plan, client, topics, observer, time, stream);

    /// <summary>Runs to the end.</summary>
    /// <param name="drain">Announce nothing new; end when all that is announced is assembled.</param>
    /// <param name="abort">End at once.</param>
    /// <exception cref="BadInputException">A text, the run folder, a group's folder or every checkpoint cannot be used.</exception>
    /// <exception cref="SettingsException">The settings do not fit the model.</exception>
    /// <exception cref="KafkaFailureException">The broker refuses the announcements for good, or another announcer of the run has taken over.</exception>
    public async Task RunAsync(CancellationToken drain, CancellationToken abort)
    {
        var start = _time.GetTimestamp();
        var interrupted = true;
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(drain, abort);
        try
        {
            if (_stream.ReadKept() is { } kept)
            {
                using var known = kept;
                interrupted = await GoOnAsync(kept, null, stopped.Token, abort);
            }
            else
            {
                await using var arrivals = new ArrivalQueue(_stream.Open(new HashSet<long>()));
                using var subject = await new FirstCheckpoint(_settings, _stream, _observer).ReadAsync(arrivals, stopped.Token);
                interrupted = await GoOnAsync(subject, arrivals, stopped.Token, abort);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Stopped before anything was announced, or at once.
        }

        _observer.On(new RunEnded(_time.GetElapsedTime(start).TotalSeconds, interrupted));
    }

    private async Task<bool> GoOnAsync(RunSubject subject, ArrivalQueue? begun, CancellationToken stopped, CancellationToken abort)
    {
        var choice = new SaeChoice(_settings);
        SettingProblem[] problems = [.. subject.Problems(), .. subject.Layers.Select(subject.WidthOf).Distinct().SelectMany(choice.Problems).Distinct()];
        if (problems.Length > 0)
        {
            throw new SettingsException(problems);
        }

        var groups = _plan.Over(subject.Layers);

        // What a worker's device is, is its own affair, unless the run says so.
        var cuda = _settings.Device.StartsWith("cuda", StringComparison.Ordinal);
        var description = subject.Describe(layer => choice.For(subject.WidthOf(layer)), new CurveOptions { Seed = _settings.Seed }, cuda);
        using var store = OpenFolder(description);
        subject.Keep();
        using var telemetry = new AnnounceTelemetry(_settings.RunName, _observer, _time);
        var progress = new ProgressTeller(telemetry);
        var journal = AnnouncementJournal.Open(_settings.Run, groups, _time);
        var folders = groups.Select(g => new GroupFolder(RunGroups.FolderOf(_settings.Run, g.Name), g, description, journal.Began)).ToList();
        progress.Tell(new RunOpened(_settings.RunName, _settings.Run, subject.Name, subject.Parameters, subject.Layers, RunState.Read(store).Committed));

        using var announcer = new Announcer(_client, _topics, _settings.RunName, journal, progress.Tell, _time);
        await announcer.OpenAsync(stopped);
        var shared = new SharedJournal(journal);
        var assembly = new AssemblyLoop(new Assembler(store, folders), shared, progress, telemetry, _time, s_look);
        progress.Lag = () => assembly.Lag;
        telemetry.Follow(() => assembly.Lag);

        using var failed = CancellationTokenSource.CreateLinkedTokenSource(abort);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopped, failed.Token);
        var announcing = AnnounceAsync();
        var assembling = assembly.RunAsync(announcing, failed.Token);
        if (await Task.WhenAny(announcing, assembling) is { IsCompletedSuccessfully: false })
        {
            await failed.CancelAsync();
        }

        await Task.WhenAll(announcing, assembling);
        return !await announcing;

        async Task<bool> AnnounceAsync()
        {
            await using var arrivals = begun ?? new ArrivalQueue(_stream.Open(journal.Known));
            return await new AnnounceLoop(new ArrivalAnnouncements(_settings, groups, journal, progress.Tell), announcer, shared, assembly, _settings.WhenBehind, progress, telemetry)
                .RunAsync(arrivals, ended.Token, failed.Token);
        }
    }

    private RunFolderStore OpenFolder(RunDescription description)
    {
        var store = RunFolderStore.Open(_settings.Run, description, _time);
        var groups = Path.Combine(_settings.Run, RunGroups.FolderName);
        if (store.Commits.Count > 0 && !Directory.Exists(groups))
        {
            store.Dispose();
            throw new BadInputException(_settings.Run, "", "the run has been watched by one process, and its SAEs are in no layer group", "go on without --announce, or give another run folder");
        }

        Directory.CreateDirectory(groups);
        return store;
    }
}
