using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Activations.Streams;
using Emergence.Stages.Curves;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>A run about activations that someone has saved: there is no model, no tokenizer and no text.</summary>
/// <param name="settings">The run's settings.</param>
/// <param name="shape">Widths and labelled rows.</param>
internal sealed class ActivationSubject(WatchSettings settings, ActivationShape shape) : RunSubject
{
    private ActivationRunContext? _run;

    public override string Name => shape.Name;

    public override long Parameters => shape.Parameters;

    public override IReadOnlyList<int> Layers { get; } = settings.Layers ?? [.. shape.Widths.Keys.Order()];

    public override int ContextSize => 0;

    public override Device Place => CPU;

    public override string? Remark => shape.Probe.Documents.Count > 1
        ? null
        : "the labelled rows are one document, because the files have no column \"document\": curves are computed, but intervals, tests and alerts need documents and say nothing";

    private ActivationRunContext Run => _run ?? throw new InvalidOperationException("the run is not open");

    /// <summary>What a run kept; null when it has not begun.</summary>
    public static ActivationSubject? ReadKept(WatchSettings settings) =>
        ActivationShape.ReadKept(settings.Run) is { } kept ? new ActivationSubject(settings, kept) : null;

    /// <summary>Learns widths and labelled rows from the first step.</summary>
    /// <exception cref="Emergence.Stages.Input.BadInputException">It is not what it claims to be.</exception>
    public static ActivationSubject Read(WatchSettings settings, string folder) => new(settings, ActivationShape.Read(folder, settings.Layers));

    // Settings that do not fit are found before the layers are asked for one by one.
    public override int WidthOf(int layer) => shape.Widths.GetValueOrDefault(layer, 1);

    public override string HookOf(int layer) => Path.GetFileNameWithoutExtension(SavedLayer.FileOf(layer));

    public override IEnumerable<SettingProblem> Problems()
    {
        if (Layers.FirstOrDefault(l => !shape.Widths.ContainsKey(l), -1) is var missing and >= 0)
        {
            yield return new SettingProblem("--layers", $"the run has no layer {missing}", $"Use layers among {string.Join(',', shape.Widths.Keys.Order())}");
        }
    }

    public override RunContext Open(DeviceScheduler device, ProgressTeller progress, TimeProvider time) => _run = new ActivationRunContext
    {
        Settings = settings,
        Shape = shape,
        Probe = shape.Probe,
        Layers = Layers,
        Device = device,
        Progress = progress,
        Time = time,
        ReadsWhileTraining = true,
    };

    public override void Dispose()
    {
        // Files are open only while a step is read.
    }

    public override RunDescription Describe(Func<int, SaeOptions> sae, CurveOptions curves, bool cuda) => RunSettingsFile.Describe(settings, shape, Layers, HookOf, sae, curves);

    public override void Keep() => shape.Keep(settings.Run);

    public override (GraphBuilder Graph, IDisposable Stages) Declare(RunParts parts)
    {
        var stages = new ActivationStages(
            parts.Stages,
            new InspectActivationsStage(Run, parts.Registry, parts.Notices, parts.Gate),
            new ReadStage(Run, parts.Gate, parts.Warm));
        return (WatchGraph.Declare(stages, Run.Device), stages);
    }
}
