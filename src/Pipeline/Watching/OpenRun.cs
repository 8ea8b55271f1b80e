using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using TorchSharp;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// A run whose folder is open for writing and whose SAEs are in memory. It works on what its source says, until that ends or it is told
/// to stop; then it can only be disposed of, which lets others write to the folder.
/// </summary>
internal sealed class OpenRun : IAsyncDisposable
{
    private readonly OpenRunPlan _plan;
    private readonly CurveOptions _curves;
    private readonly SaeChoice _choice;
    private RunContext? _run;
    private RunFolderStore? _store;
    private RunState? _state;
    private Backlog? _backlog;
    private ArrivalQueue? _arrivals;
    private TakeGate? _gate;
    private GraphBuilder? _declared;
    private IDisposable? _stages;

    private OpenRun(OpenRunPlan plan)
    {
        _plan = plan;
        _curves = new CurveOptions { Seed = plan.Settings.Seed };
        _choice = new SaeChoice(plan.Settings);
    }

    /// <summary>Steps that are dealt with: committed, refused, or recorded as late or skipped, when the run was opened.</summary>
    public IReadOnlySet<long> Known => _state!.Known;

    /// <summary>How far it lags behind its source.</summary>
    public Backlog Backlog => _backlog!;

    /// <summary>Reads what is committed.</summary>
    public RunFolderReader Reader => _store!.Reader;

    /// <summary>Opens a run, or begins it.</summary>
    /// <exception cref="BadInputException">A text or the run folder cannot be used.</exception>
    /// <exception cref="SettingsException">The settings do not fit what the run is about.</exception>
    public static async Task<OpenRun> OpenAsync(OpenRunPlan plan)
    {
        var run = new OpenRun(plan);
        try
        {
            run.Open();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Works until the source ends or it is told to stop. Once.</summary>
    /// <param name="drain">Take up nothing new, finish and commit what is in work.</param>
    /// <param name="abort">Give up what is in work too; what is committed stays.</param>
    /// <exception cref="StageFailedException">A stage failed; what is committed stays.</exception>
    public async Task<GraphOutcome> RunAsync(CancellationToken drain, CancellationToken abort)
    {
        using var graph = _declared!.Build(new GraphOptions { Time = _plan.Time, DrainDeadline = WatchLimits.DrainDeadline, Observer = _plan.Telemetry });
        using var followed = _plan.Telemetry.Follow(graph);
        await using var onDrain = drain.Register(graph.RequestStop);
        await using var onAbort = abort.Register(graph.Abort);
        var outcome = await graph.RunAsync();
        _run!.Leases.ThrowIfAny();
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        _stages?.Dispose();
        _gate?.Dispose();
        if (_arrivals is not null)
        {
            await _arrivals.DisposeAsync();
        }

        _store?.Dispose();
    }

    private void Open()
    {
        var (settings, subject, progress) = (_plan.Settings, _plan.Subject, _plan.Progress);
        SettingProblem[] problems = [.. subject.Problems(), .. subject.Layers.Select(subject.WidthOf).Distinct().SelectMany(_choice.Problems).Distinct()];
        if (problems.Length > 0)
        {
            throw new SettingsException(problems);
        }

        _run = subject.Open(_plan.Machine.Device, progress, _plan.Time);
        OpenFolder();
        (var source, _arrivals) = _plan.Arrivals(settings.Follow ? Known : new HashSet<long>());
        var backlog = _backlog = new Backlog(source);
        progress.Lag = () => backlog.Waiting;
        progress.Tell(new RunOpened(settings.RunName, settings.Run, subject.Name, subject.Parameters, subject.Layers, _state!.Committed));
        if (subject.Remark is { } remark)
        {
            progress.Tell(new RunRemark(remark));
        }

        _gate = new TakeGate(open: settings.WhenBehind == BehindPolicy.Queue);
        var notices = new Notices(_run, backlog, Known.Count == 0 ? null : Known.Max());

        // Which announcements are to be worked on is decided where they come from: nothing of them is left out or taken for another kind here.
        var left = _plan.Group is null ? Known : new HashSet<long>();
        var shared = Stages(new SourceStage(_run, _arrivals, left, backlog, _gate), notices);
        _stages = shared;
        (_declared, _stages) = subject.Declare(new RunParts(shared, _state.Registry, _state.Sketch(Reader), notices, _gate, _plan.Machine.Workers, _state.NewestUsed is not null));
    }

    private void OpenFolder()
    {
        var (settings, subject) = (_plan.Settings, _plan.Subject);
        var description = subject.Describe(layer => _choice.For(subject.WidthOf(layer)), _curves, subject.Place.type == DeviceType.CUDA);
        if (_plan.Group is null && Directory.Exists(Path.Combine(settings.Run, RunGroups.FolderName)))
        {
            throw new BadInputException(settings.Run, "", "the run is shared by workers: its SAEs lie with its layer groups", "go on with watch --announce, or give another run folder");
        }

        _store = RunFolderStore.Open(settings.Run, _plan.Group is { } group ? group.Mark(description) : description, _plan.Time);
        if (_plan.Group is null)
        {
            // What was announced is announced once: a worker that took a refusal back would not meet the checkpoint again.
            _store.RetractNewestRefusals();
        }

        subject.Keep();
        _state = RunState.Read(_store);
    }

    private SharedStages Stages(SourceStage source, Notices notices)
    {
        var (settings, subject, run, store, state) = (_plan.Settings, _plan.Subject, _run!, _store!, _state!);
        var saes = state.Saes(store.Reader, run.Layers, layer => _choice.Make(layer, subject.WidthOf(layer), subject.Place, _plan.Machine.Workers), _plan.Time);
        var staging = new SaeStaging(settings.Run, settings.RunName, subject.Name, subject.ContextSize, subject.HookOf);
        var logs = new Pool<FiringLog[]>(() => [.. saes.Select(sae => new FiringLog(run.Probe, sae.Trainer.Features))]);
        return new SharedStages(
            source,
            new SaeStage(run, saes, staging, state.NewestUsed is not null),
            new CountStage(run, logs),
            new CurveStage(run, new CurveCalculator(run.Probe, _curves), state.Histories(store.Reader, run.Layers)),
            new CommitStage(run, store, staging, _backlog!, notices, _plan.IsLaterGroup));
    }
}
