using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;

namespace Emergence.Pipeline;

/// <summary>
/// THE GRAPH. One line per edge: name, from, how many it holds, what happens when it is full, where it runs, what it does (and
/// what it does at a barrier). If a stage is not here, it does not run. The README's picture is printed from here.
/// </summary>
public static class WatchGraph
{
    /// <summary>The graph's picture, as Mermaid.</summary>
    /// <param name="source">What the checkpoints hold.</param>
    /// <returns>Lines that end in line feeds.</returns>
    public static string Plan(CheckpointKind source = CheckpointKind.Models)
    {
        using var device = new DeviceScheduler("device");
        return (source == CheckpointKind.Models ? Declare((WatchStages?)null, device) : Declare((ActivationStages?)null, device)).ToMermaid();
    }

    /// <summary>Declares the graph of models.</summary>
    /// <param name="stages">What the stages do; null for a declaration that is only printed.</param>
    /// <param name="device">The one thread on which torch runs.</param>
    internal static GraphBuilder Declare(WatchStages? stages, DeviceScheduler device)
    {
        var s = stages!;
        var pool = TaskScheduler.Default;
        var graph = new GraphBuilder();

        var arrived = graph.Source<Arrival>("source", stop => s.Shared.Source.ReadAsync(stop));
        var inspected = graph.Stage<Arrival, InspectedCheckpoint>("inspect", arrived, 1, WhenFull.Wait, pool, (m, e) => s.Inspect.InspectAsync(m, e));
        var tokens = graph.Stage<InspectedCheckpoint, CaptureInput>("batch", inspected, 1, WhenFull.Wait, pool, (m, e) => s.Batch.BatchAsync(m, e));
        var activations = graph.Stage<CaptureInput, CapturedActivations>("capture", tokens, 4, WhenFull.Wait, device, (m, e) => s.Capture.CaptureAsync(m, e), (b, e) => s.Capture.AtBarrierAsync(b, e));
        Measure(graph, activations, stages?.Shared, device);
        return graph;
    }

    /// <summary>Declares the graph of saved activations.</summary>
    /// <param name="stages">What the stages do; null for a declaration that is only printed.</param>
    /// <param name="device">The one thread on which torch runs.</param>
    internal static GraphBuilder Declare(ActivationStages? stages, DeviceScheduler device)
    {
        var s = stages!;
        var pool = TaskScheduler.Default;
        var graph = new GraphBuilder();

        var arrived = graph.Source<Arrival>("source", stop => s.Shared.Source.ReadAsync(stop));
        var inspected = graph.Stage<Arrival, InspectedActivations>("inspect", arrived, 1, WhenFull.Wait, pool, (m, e) => s.Inspect.InspectAsync(m, e));
        var activations = graph.Stage<InspectedActivations, CapturedActivations>("read", inspected, 1, WhenFull.Wait, device, (m, e) => s.Read.ReadAsync(m, e));
        Measure(graph, activations, stages?.Shared, device);
        return graph;
    }

    /// <summary>What every graph does with activations, wherever they come from.</summary>
    private static void Measure(GraphBuilder graph, Port<CapturedActivations> activations, SharedStages? stages, DeviceScheduler device)
    {
        var s = stages!;
        var pool = TaskScheduler.Default;

        var firings = graph.Stage<CapturedActivations, ProbeFirings>("sae", activations, 2, WhenFull.Wait, device, (m, e) => s.Sae.RunAsync(m, e), (b, e) => s.Sae.AtBarrierAsync(b, e));
        var counted = graph.Stage<ProbeFirings, CountedCheckpoint>("count", firings, 4, WhenFull.Wait, pool, (m, e) => s.Count.CountAsync(m, e), (b, e) => s.Count.AtBarrierAsync(b, e));
        var finished = graph.Stage<CountedCheckpoint, FinishedCheckpoint>("curves", counted, 1, WhenFull.Wait, pool, (m, e) => s.Curves.ComputeAsync(m, e));
        graph.Sink<FinishedCheckpoint>("commit", finished, 1, WhenFull.Wait, pool, (m, a) => s.Commit.CommitAsync(m, a), (b, a) => s.Commit.AtBarrierAsync(b, a));
    }
}
