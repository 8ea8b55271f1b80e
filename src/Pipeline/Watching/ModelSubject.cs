using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>A run about a model, whose checkpoints are loaded and read by sending texts through them.</summary>
/// <param name="settings">The run's settings.</param>
/// <param name="model">The model.</param>
internal sealed class ModelSubject(WatchSettings settings, RunModel model) : RunSubject
{
    private ModelRunContext? _run;
    private RunTexts? _texts;
    private Device? _place;

    public override string Name => model.Name;

    public override long Parameters => model.Parameters;

    public override IReadOnlyList<int> Layers { get; } = settings.Layers ?? [.. Enumerable.Range(0, model.Config.Layers)];

    public override int ContextSize => settings.Context;

    private RunTexts Texts => _texts ??= RunTexts.Read(settings, model);

    private ModelRunContext Run => _run ?? throw new InvalidOperationException("the run is not open");

    /// <summary>What a run kept of its model; null when it has not begun.</summary>
    /// <exception cref="BadInputException">The tokenizer that is asked for is not the one it began with.</exception>
    public static ModelSubject? ReadKept(WatchSettings settings)
    {
        if (RunModel.ReadKept(settings.Run) is not { } kept)
        {
            return null;
        }

        if (settings.Tokenizer is { } file && !File.ReadAllBytes(file).AsSpan().SequenceEqual(kept.TokenizerBytes))
        {
            throw new BadInputException(file, "", "it is not the tokenizer that the run began with", "Name that one, or give another run folder");
        }

        return new ModelSubject(settings, kept);
    }

    /// <summary>Learns the model from its first checkpoint.</summary>
    /// <exception cref="BadInputException">A file is missing or not supported, or they do not fit each other.</exception>
    public static ModelSubject Read(WatchSettings settings, string folder) => new(settings, RunModel.Read(folder, settings.Tokenizer));

    public override int WidthOf(int layer) => model.Config.HiddenSize;

    public override string HookOf(int layer) => new Hook(layer, settings.Hook).LensName;

    // Asked for only where something is computed: whoever only describes a run does not load torch.
    public override Device Place => _place ??= DeviceName.Resolve(settings.Device);

    public override IEnumerable<SettingProblem> Problems()
    {
        if (Layers[^1] >= model.Config.Layers)
        {
            yield return new SettingProblem("--layers", $"the model has {model.Config.Layers} layers, from 0", $"Use layers up to {model.Config.Layers - 1}");
        }

        if (settings.Context > model.Config.Context)
        {
            yield return new SettingProblem("--context", $"{settings.Context} is more than the {model.Config.Context} tokens the model sees", $"Use {model.Config.Context} or fewer");
        }
    }

    public override RunContext Open(DeviceScheduler device, ProgressTeller progress, TimeProvider time)
    {
        return _run = new ModelRunContext
        {
            Settings = settings,
            Model = model,
            Texts = Texts,
            Probe = Texts.Probe,
            Layers = Layers,
            Placement = new ModelPlacement(Place, settings.Precision, settings.Hook == HookPoint.ResidPre ? Layers[^1] : Layers[^1] + 1),
            Device = device,
            Progress = progress,
            Time = time,
        };
    }

    public override void Dispose() => _texts?.Dispose();

    public override RunDescription Describe(Func<int, SaeOptions> sae, CurveOptions curves, bool cuda) =>
        RunSettingsFile.Describe(settings, model, Texts, cuda, Layers, sae(Layers[0]), curves);

    public override void Keep() => model.Keep(settings.Run);

    public override (GraphBuilder Graph, IDisposable Stages) Declare(RunParts parts)
    {
        var slot = new ModelSlot();
        var stages = new WatchStages(
            parts.Stages,
            slot,
            new InspectStage(Run, parts.Registry, parts.Newest, slot, parts.Notices, parts.Gate),
            new BatchStage(Run, parts.Warm),
            new CaptureStage(Run, slot, parts.Gate, parts.Workers));
        return (WatchGraph.Declare(stages, Run.Device), stages);
    }
}
