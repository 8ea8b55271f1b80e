using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// What a run is about: a model, or activations of one that stays unknown. Its first checkpoint says so, every later one must agree,
/// and the run folder keeps it, so that a run can be opened again when its first checkpoint has been deleted.
/// </summary>
internal abstract class RunSubject : IDisposable
{
    /// <summary>What it is called in tables.</summary>
    public abstract string Name { get; }

    /// <summary>Number of parameters of the model; 0 when nobody knows it.</summary>
    public abstract long Parameters { get; }

    /// <summary>Watched layers, ascending.</summary>
    public abstract IReadOnlyList<int> Layers { get; }

    /// <summary>Something a person should know about it before the run begins; null when there is nothing.</summary>
    public virtual string? Remark => null;

    /// <summary>Width of a layer's activations.</summary>
    /// <param name="layer">A watched layer.</param>
    public abstract int WidthOf(int layer);

    /// <summary>The hook point of a layer, as exported SAEs name it.</summary>
    /// <param name="layer">A watched layer.</param>
    public abstract string HookOf(int layer);

    /// <summary>Where SAEs compute.</summary>
    public abstract Device Place { get; }

    /// <summary>Tokens per row of a text that exported SAEs name; 0 where there is no text.</summary>
    public abstract int ContextSize { get; }

    /// <summary>Says which settings do not fit it.</summary>
    /// <returns>Each with its remedy.</returns>
    public abstract IEnumerable<SettingProblem> Problems();

    /// <summary>Makes what the stages read; texts are read here, and are open until this object is disposed.</summary>
    /// <param name="device">The one thread on which torch runs.</param>
    /// <param name="progress">Tells the observer.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="Emergence.Stages.Input.BadInputException">A text is not what it claims to be.</exception>
    public abstract RunContext Open(DeviceScheduler device, ProgressTeller progress, TimeProvider time);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Describes the run for <c>run.json</c>; reads the texts when <see cref="Open"/> has not. Does no torch work.</summary>
    /// <param name="sae">The SAEs' options by layer.</param>
    /// <param name="curves">The statistics' options.</param>
    /// <param name="cuda">Whether it runs on a CUDA device.</param>
    /// <exception cref="Emergence.Stages.Input.BadInputException">A text is not what it claims to be.</exception>
    public abstract RunDescription Describe(Func<int, SaeOptions> sae, CurveOptions curves, bool cuda);

    /// <summary>Keeps what it is in the run folder.</summary>
    public abstract void Keep();

    /// <summary>Declares the graph that works on it; called after <see cref="Open"/>.</summary>
    /// <param name="parts">The stages that every run has, and what they share.</param>
    /// <returns>The graph, and what to dispose when it has ended.</returns>
    public abstract (GraphBuilder Graph, IDisposable Stages) Declare(RunParts parts);
}
