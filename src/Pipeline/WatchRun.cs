using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Pipeline;

/// <summary>
/// Runs the pipeline over a stream of checkpoints, to its end or until told to stop. Killed anywhere and started
/// again with the same settings it goes on from its last commit and ends with the same curves.
/// </summary>
public sealed class WatchRun
{
    private readonly WatchSettings _settings;
    private readonly RunTelemetry _observer;
    private readonly TimeProvider _time;
    private readonly RunStream _stream;

    /// <summary>Makes a run over a folder of checkpoints.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="observer">Told what happens: <see cref="RunOpened"/> first, <see cref="RunEnded"/> last.</param>
    /// <param name="time">The clock.</param>
    public WatchRun(WatchSettings settings, IWatchObserver observer, TimeProvider time)
        : this(settings, observer, time, new RunStream(settings, time))
    {
    }

    internal WatchRun(WatchSettings settings, IWatchObserver observer, TimeProvider time, RunStream stream)
        => (_settings, _observer, _time, _stream) = (settings, new RunTelemetry(settings.RunName, observer), time, stream);

    /// <summary>Runs to the end.</summary>
    /// <param name="drain">Take up nothing new, finish and commit what is in work.</param>
    /// <param name="abort">Give up what is in work too; what is committed stays.</param>
    /// <exception cref="BadInputException">A text, the run folder or every checkpoint cannot be used.</exception>
    /// <exception cref="SettingsException">The settings do not fit the model.</exception>
    /// <exception cref="StageFailedException">A stage failed; what is committed stays.</exception>
    public async Task RunAsync(CancellationToken drain, CancellationToken abort)
    {
        var start = _time.GetTimestamp();
        var interrupted = true;
        if (_settings.Source == CheckpointKind.Models)
        {
            // Before the first checkpoint is waited for.
            DeviceName.Resolve(_settings.Device);
        }

        using var device = new DeviceScheduler("device");
        await device.RunAsync(() =>
        {
            set_num_threads(_settings.ThreadCount);
            return 0;
        });

        // A run that has begun knows what it is about; one that begins learns it from the first checkpoint.
        if (_stream.ReadKept() is { } kept)
        {
            using var known = kept;
            interrupted = await GoOnAsync(kept, null, device, drain, abort);
        }
        else
        {
            var source = _stream.Open(new HashSet<long>());
            await using var arrivals = new ArrivalQueue(source);
            try
            {
                using var subject = await FirstAsync(arrivals, drain);
                interrupted = await GoOnAsync(subject, (source, arrivals), device, drain, abort);
            }
            catch (OperationCanceledException) when (drain.IsCancellationRequested)
            {
                // Stopped before the first checkpoint came: nothing was begun.
            }
        }

        _observer.On(new RunEnded(_time.GetElapsedTime(start).TotalSeconds, interrupted));
    }

    /// <summary>Waits for the first checkpoint that can be read. Those that vanish before it stay in the queue: the run tells of them.</summary>
    private async Task<RunSubject> FirstAsync(ArrivalQueue arrivals, CancellationToken drain)
    {
        var vanished = 0;
        while (await arrivals.FirstWholeAsync(arrival => Tell(arrival), drain) is { } first)
        {
            try
            {
                return _stream.Read(first.Folder);
            }
            catch (Exception e) when (CheckpointFault.IsFault(e) && first.HasVanished())
            {
                vanished++;
            }
        }

        throw vanished > 0
            ? new BadInputException(_settings.Checkpoints, "", $"{(vanished == 1 ? "its one checkpoint was" : $"all {vanished} checkpoints were")} deleted before one could be read", "Let the training job keep its checkpoints for longer, or copy them")
            : arrivals.Refused.FirstOrDefault()?.Problem
                ?? new BadInputException(_settings.Checkpoints, "", "no checkpoint arrived", "Name the folder in which the training job saves its checkpoints");
    }

    private void Tell(CheckpointArrival arrival)
    {
        if (arrival is UnfinishedCheckpoint unfinished)
        {
            _observer.On(new RunRemark(unfinished.ToString()));
        }
    }

    private async Task<bool> GoOnAsync(
        RunSubject subject, (ICheckpointSource Source, ArrivalQueue Arrivals)? begun, DeviceScheduler device, CancellationToken drain, CancellationToken abort)
    {
        var choice = new SaeChoice(_settings);
        var curves = new CurveOptions { Seed = _settings.Seed };
        SettingProblem[] problems = [.. subject.Problems(), .. subject.Layers.Select(subject.WidthOf).Distinct().SelectMany(choice.Problems).Distinct()];
        if (problems.Length > 0)
        {
            throw new SettingsException(problems);
        }

        var progress = new ProgressTeller(_observer);
        var run = subject.Open(device, progress, _time);
        using var store = RunFolderStore.Open(_settings.Run, subject.Describe(layer => choice.For(subject.WidthOf(layer)), curves), _time);
        store.RetractNewestRefusals();
        subject.Keep();
        _stream.Began(subject);
        var state = RunState.Read(store);
        var source = begun?.Source ?? _stream.Open(_settings.Follow ? state.Known : new HashSet<long>());
        await using var arrivals = begun?.Arrivals ?? new ArrivalQueue(source);
        var backlog = new Backlog(source);
        progress.Lag = () => backlog.Waiting;
        progress.Tell(new RunOpened(_settings.RunName, _settings.Run, subject.Name, subject.Parameters, subject.Layers, state.Committed));
        if (subject.Remark is { } remark)
        {
            progress.Tell(new RunRemark(remark));
        }

        using var gate = new TakeGate(open: _settings.WhenBehind == BehindPolicy.Queue);
        using var workers = new WorkerCrew(_settings.ThreadCount);
        var notices = new Notices(run, backlog, state.Known.Count == 0 ? null : state.Known.Max());
        var shared = Stages(
            run, subject, store, state, new SourceStage(run, arrivals, state.Known, backlog, gate), backlog, notices, layer => choice.Make(layer, subject.WidthOf(layer), subject.Place, workers), curves);
        var (graph, stages) = subject.Declare(new RunParts(shared, state.Registry, state.Sketch(store.Reader), notices, gate, workers, state.NewestUsed is not null));
        using (stages)
        {
            var interrupted = await RunGraphAsync(graph, drain, abort);
            run.Leases.ThrowIfAny();
            return interrupted;
        }
    }

    private SharedStages Stages(
        RunContext run, RunSubject subject, RunFolderStore store, RunState state, SourceStage source, Backlog backlog, Notices notices, Func<int, SaeTrainer> make, CurveOptions curves)
    {
        var saes = state.Saes(store.Reader, run.Layers, make, _time);
        var staging = new SaeStaging(_settings.Run, _settings.RunName, subject.Name, subject.ContextSize, subject.HookOf);
        var logs = new Pool<FiringLog[]>(() => [.. saes.Select(sae => new FiringLog(run.Probe, sae.Trainer.Features))]);
        return new SharedStages(
            source,
            new SaeStage(run, saes, staging, state.NewestUsed is not null),
            new CountStage(run, logs),
            new CurveStage(run, new CurveCalculator(run.Probe, curves), state.Histories(store.Reader, run.Layers)),
            new CommitStage(run, store, staging, backlog, notices));
    }

    private async Task<bool> RunGraphAsync(GraphBuilder declared, CancellationToken drain, CancellationToken abort)
    {
        using var graph = declared.Build(new GraphOptions { Time = _time, DrainDeadline = WatchLimits.DrainDeadline, Observer = _observer });
        using var followed = _observer.Follow(graph);
        await using var onDrain = drain.Register(graph.RequestStop);
        await using var onAbort = abort.Register(graph.Abort);
        return await graph.RunAsync() != GraphOutcome.Completed;
    }
}
