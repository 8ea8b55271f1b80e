using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Pipeline;

/// <summary>
/// Runs the pipeline over a folder of checkpoints, to the end of the folder or until told to stop. Killed anywhere and started
/// again with the same settings it goes on from its last commit and ends with the same curves.
/// </summary>
/// <param name="settings">Valid settings.</param>
/// <param name="observer">Told what happens: <see cref="RunOpened"/> first, <see cref="RunEnded"/> last.</param>
/// <param name="time">The clock.</param>
public sealed class WatchRun(WatchSettings settings, IWatchObserver observer, TimeProvider time)
{
    /// <summary>Runs to the end.</summary>
    /// <param name="drain">Take up nothing new, finish and commit what is in work.</param>
    /// <param name="abort">Give up what is in work too; what is committed stays.</param>
    /// <exception cref="BadInputException">A text, the run folder or every checkpoint cannot be used.</exception>
    /// <exception cref="SettingsException">The settings do not fit the model.</exception>
    /// <exception cref="StageFailedException">A stage failed; what is committed stays.</exception>
    public async Task RunAsync(CancellationToken drain, CancellationToken abort)
    {
        var start = time.GetTimestamp();
        var interrupted = true;
        using var device = new DeviceScheduler("device");
        await device.RunAsync(() =>
        {
            set_num_threads(settings.ThreadCount);
            return 0;
        });

        // A run that has begun knows its model; one that begins learns it from the first checkpoint.
        if (RunModel.ReadKept(settings.Run) is { } kept)
        {
            interrupted = await GoOnAsync(kept, null, device, drain, abort);
        }
        else
        {
            await using var arrivals = new ArrivalQueue(Source(new HashSet<long>(), out var source));
            try
            {
                if (await arrivals.FirstWholeAsync(drain) is { } first)
                {
                    interrupted = await GoOnAsync(RunModel.Read(first.Folder), (source, arrivals), device, drain, abort);
                }
                else
                {
                    throw arrivals.Refused.FirstOrDefault()?.Problem
                        ?? new BadInputException(settings.Checkpoints, "", "no checkpoint arrived", "Name the folder in which the training job saves its checkpoints");
                }
            }
            catch (OperationCanceledException) when (drain.IsCancellationRequested)
            {
                // Stopped before the first checkpoint came: nothing was begun.
            }
        }

        observer.On(new RunEnded(time.GetElapsedTime(start).TotalSeconds, interrupted));
    }

    private async Task<bool> GoOnAsync(
        RunModel model, (ICheckpointSource Source, ArrivalQueue Arrivals)? begun, DeviceScheduler device, CancellationToken drain, CancellationToken abort)
    {
        var layers = settings.Layers ?? [.. Enumerable.Range(0, model.Config.Layers)];
        var sae = SaeOptions(model.Config.HiddenSize);
        var place = DeviceName.Resolve(settings.Device);
        var curves = new CurveOptions { Seed = settings.Seed };
        CheckAgainstModel(model, layers, sae);
        using var texts = RunTexts.Read(settings, model);
        using var store = RunFolderStore.Open(settings.Run, RunSettingsFile.Describe(settings, model, texts, layers, sae, curves), time);
        store.RetractNewestRefusals();
        model.Keep(settings.Run);
        var state = RunState.Read(store);
        var source = begun?.Source ?? Source(settings.Follow ? state.Known : new HashSet<long>(), out _);
        await using var arrivals = begun?.Arrivals ?? new ArrivalQueue(source);
        var backlog = new Backlog(source);
        var run = new RunContext
        {
            Settings = settings,
            Model = model,
            Texts = texts,
            Layers = layers,
            Placement = new ModelPlacement(place, settings.Precision, settings.Hook == HookPoint.ResidPre ? layers[^1] : layers[^1] + 1),
            Device = device,
            Progress = new ProgressTeller(observer, () => backlog.Waiting),
            Time = time,
        };
        run.Progress.Tell(new RunOpened(settings.RunName, settings.Run, model.Name, model.Parameters, layers, state.Committed));
        using var slot = new ModelSlot();
        using var workers = new SaeWorkers(settings.ThreadCount);
        using var stages = Stages(run, store, state, arrivals, backlog, slot, workers, sae, curves);
        var interrupted = await RunGraphAsync(WatchGraph.Declare(stages, device), drain, abort);
        run.Leases.ThrowIfAny();
        return interrupted;
    }

    private WatchStages Stages(
        RunContext run, RunFolderStore store, RunState state, ArrivalQueue arrivals, Backlog backlog, ModelSlot slot, SaeWorkers workers, SaeOptions sae, CurveOptions curves)
    {
        var warm = state.NewestUsed is not null;
        var d = run.Model.Config.HiddenSize;
        var saes = state.Saes(store.Reader, run.Layers, layer => Sae(sae with { Seed = SeedOf(layer) }, d, run.Placement.Device, workers), time);
        var staging = new SaeStaging(settings.Run, settings.RunName, run.Model.Name, settings.Hook, settings.Context);
        var logs = new Pool<FiringLog[]>(() => [.. run.Layers.Select(_ => new FiringLog(run.Texts.Probe, sae.FeaturesFor(d)))]);
        return new WatchStages(
            new SourceStage(run, arrivals, state.Known, backlog),
            new InspectStage(run, state.Registry, state.Sketch(store.Reader), slot, backlog),
            new BatchStage(run, warm),
            new CaptureStage(run, slot, workers),
            new SaeStage(run, saes, staging, warm),
            new CountStage(run, logs),
            new CurveStage(run, new CurveCalculator(run.Texts.Probe, curves), state.Histories(store.Reader, run.Layers)),
            new CommitStage(run, store, staging, backlog));
    }

    private static SaeTrainer Sae(SaeOptions options, int width, Device place, SaeWorkers workers) =>
        place.type == DeviceType.CPU ? new SaeTrainer(options, width, workers) : new SaeTrainer(options, width, place);

    private async Task<bool> RunGraphAsync(GraphBuilder declared, CancellationToken drain, CancellationToken abort)
    {
        using var graph = declared.Build(new GraphOptions { Time = time, DrainDeadline = WatchLimits.DrainDeadline });
        await using var onDrain = drain.Register(graph.RequestStop);
        await using var onAbort = abort.Register(graph.Abort);
        return await graph.RunAsync() != GraphOutcome.Completed;
    }

    private ICheckpointSource Source(IReadOnlySet<long> known, out ICheckpointSource source) => source = new FolderCheckpointSource(
        settings.Checkpoints,
        new FolderSourceOptions
        {
            Follow = settings.Follow,
            FromStep = settings.FromStep ?? 0,
            UntilStep = settings.UntilStep ?? settings.ToStep,
            KnownSteps = known,
        },
        time);

    private SaeOptions SaeOptions(int width) => new()
    {
        Architecture = settings.Sae,
        Features = settings.Features ?? checked(settings.Expansion * width),
        K = settings.K,
        WarmLearningRateDivisor = settings.WarmDivisor,
        WarmPasses = settings.WarmPasses,
    };

    private ulong SeedOf(int layer) => unchecked(((ulong)settings.Seed * 0x9E3779B97F4A7C15UL) + (ulong)layer + 1);

    private void CheckAgainstModel(RunModel model, IReadOnlyList<int> layers, SaeOptions sae)
    {
        var problems = new List<SettingProblem>();
        if (layers[^1] >= model.Config.Layers)
        {
            problems.Add(new SettingProblem("--layers", $"the model has {model.Config.Layers} layers, from 0", $"Use layers up to {model.Config.Layers - 1}"));
        }

        if (settings.Context > model.Config.Context)
        {
            problems.Add(new SettingProblem("--context", $"{settings.Context} is more than the {model.Config.Context} tokens the model sees", $"Use {model.Config.Context} or fewer"));
        }

        problems.AddRange(sae.Validate(model.Config.HiddenSize).Select(p => new SettingProblem("--features, --k", p, "Choose others")));
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }
}
