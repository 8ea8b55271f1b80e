using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Curves;
using Emergence.Stages.Models.Distance;

namespace Emergence.Pipeline.Messages;

/// <summary>
/// The ledger of one checkpoint. It travels with the barriers through every stage in order, so each stage may write its own
/// part before it lets <see cref="CheckpointRead"/> pass, and read what the stages before it wrote; nobody else touches it.
/// </summary>
/// <param name="arrival">What the source said of it.</param>
/// <param name="startedAt">Timestamp of the run's clock at which work on it began.</param>
/// <param name="earlier">Events about other checkpoints that are published with this one.</param>
public sealed class CheckpointWork(CheckpointArrival arrival, long startedAt, IReadOnlyList<EventRow> earlier)
{
    /// <summary>Opens a checkpoint's ledger.</summary>
    /// <param name="arrival">What the source said of it.</param>
    /// <param name="startedAt">Timestamp of the run's clock at which work on it began.</param>
    /// <param name="earlier">Hands over the events that wait for the next commit in step order; an inserted one leaves them to that.</param>
    /// <returns>The ledger.</returns>
    public static CheckpointWork Begin(CheckpointArrival arrival, long startedAt, Func<IReadOnlyList<EventRow>> earlier) =>
        new(arrival, startedAt, arrival is LateCheckpoint late ? [late.ToEvent(inserted: true)] : earlier());

    /// <summary>What the source said of it.</summary>
    public CheckpointArrival Arrival { get; } = arrival;

    /// <summary>Training step.</summary>
    public long Step => Arrival.Step;

    /// <summary>Tokens the language model had trained on; null when the checkpoint does not say.</summary>
    public long? TokensSeen => Arrival switch
    {
        ArrivedCheckpoint arrived => arrived.TokensSeen,
        LateCheckpoint late => late.Progress?.TokensSeen,
        _ => null,
    };

    /// <summary>Whether it came late and is measured beside the history of the run.</summary>
    public bool Inserted => Arrival is LateCheckpoint;

    /// <summary>Whether it was there to be read; otherwise its ledger only carries why it is not used.</summary>
    public bool WasThere => Arrival is ArrivedCheckpoint or LateCheckpoint;

    /// <summary>Timestamp of the run's clock at which work on it began.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Events about other checkpoints that are published with this one, and what <see cref="Note"/> added.</summary>
    public IReadOnlyList<EventRow> Earlier { get; private set; } = earlier;

    /// <summary>Hashes of its weight files (by <c>inspect</c>); null when they could not be read.</summary>
    public WeightHashes? Weights { get; set; }

    /// <summary>SHA-256 over its weight files; empty when they could not be read.</summary>
    public string ModelHash => Weights?.Whole ?? "";

    /// <summary>Sketch of its weights (by <c>inspect</c>); null when it is refused.</summary>
    public WeightSketch? Sketch { get; set; }

    /// <summary>How far its weights lie from the used step's before it (by <c>inspect</c>).</summary>
    public WeightDistances Distances { get; set; } = WeightDistances.None;

    /// <summary>Why it is not used (by <c>inspect</c>); null when it is.</summary>
    public EventRow? Refusal { get; set; }

    /// <summary>Whether it is not used because it could not be read here, though it was announced or found whole (by <c>inspect</c>).</summary>
    public bool IsUnread { get; set; }

    /// <summary>Language-model loss on the fixed batch, nats per token (by <c>inspect</c>); null when it is not measured.</summary>
    public double? LmLoss { get; set; }

    /// <summary>Seconds spent in forward passes (by <c>capture</c>).</summary>
    public double SecondsCapture { get; set; }

    /// <summary>One per watched layer, in order (by <c>sae</c>).</summary>
    public IReadOnlyList<LayerSnapshot> Layers { get; set; } = [];

    /// <summary>Adds an event that is published with the checkpoint (by <c>inspect</c>).</summary>
    /// <param name="notice">The event.</param>
    public void Note(EventRow notice) => Earlier = [.. Earlier, notice];
}
