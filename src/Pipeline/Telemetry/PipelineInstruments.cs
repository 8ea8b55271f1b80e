using System.Diagnostics.Metrics;
using Emergence.Sinks.Telemetry;

namespace Emergence.Pipeline.Telemetry;

/// <summary>Every instrument of the pipeline. The list is here and nowhere else; docs/TELEMETRY.md is held to it by a test.</summary>
public static class PipelineInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Emergence";

    internal const string Run = "emergence.run.name";
    internal const string Model = "emergence.model.name";
    internal const string Layer = "emergence.layer.index";
    internal const string Stage = "emergence.stage.name";
    internal const string Purpose = "emergence.token.purpose";
    internal const string Outcome = "emergence.checkpoint.outcome";
    internal const string Kind = "emergence.event.kind";
    internal const string Severity = "emergence.event.severity";

    private static readonly InstrumentSet _set = new(new Meter(MeterName, InstrumentSet.Version));

    // From a tiny model's checkpoint to one that takes an hour.
    private static readonly double[] _checkpointSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

    // From a barrier to the curves of a large layer.
    private static readonly double[] _messageSeconds = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<InstrumentDescription> All => _set.All;

    internal static Histogram<double> CheckpointDuration { get; } = _set.Histogram(
        "emergence.checkpoint.duration", "s", _checkpointSeconds, "Time from taking up a checkpoint to its commit.", Run, Model);

    internal static Histogram<double> CheckpointLag { get; } = _set.Histogram(
        "emergence.checkpoint.lag", "s", _checkpointSeconds, "Time from the arrival of a checkpoint to its commit.", Run, Model);

    internal static ObservableUpDownCounter<long> CheckpointWaiting { get; } = _set.UpDownCounter(
        "emergence.checkpoint.waiting", "{checkpoint}", RunsInWork.Waiting, "Checkpoints that have arrived and wait behind the one in work: how far the watcher lags.", Run, Model);

    internal static Counter<long> CheckpointOutcomes { get; } = _set.Counter<long>(
        "emergence.checkpoint.outcomes", "{checkpoint}", "Checkpoints that are done with: committed, or the kind of event that says why they were not used.", Run, Model, Outcome);

    internal static Counter<long> Tokens { get; } = _set.Counter<long>(
        "emergence.tokens", "{token}", "Tokens, or rows of activations, that went through: train for the SAEs, measure for the probe set.", Run, Model, Purpose);

    internal static Gauge<double> ModelLoss { get; } = _set.Gauge<double>(
        "emergence.model.loss", "{nat}", "Loss of the language model at the newest committed step, per token; absent where it is not measured.", Run, Model);

    internal static Gauge<double> Fvu { get; } = _set.Gauge<double>(
        "emergence.sae.fvu", "1", "Fraction of variance that a layer's SAE leaves unexplained on the probe set, at the newest committed step.", Run, Model, Layer);

    internal static Gauge<double> DeadFraction { get; } = _set.Gauge<double>(
        "emergence.sae.dead_fraction", "1", "Share of a layer's features that fire on no token of the probe set, at the newest committed step.", Run, Model, Layer);

    internal static Gauge<double> L0 { get; } = _set.Gauge<double>(
        "emergence.sae.l0", "{feature}", "Features of a layer that fire on a token of the probe set, on the average, at the newest committed step.", Run, Model, Layer);

    internal static Histogram<double> TrainingDuration { get; } = _set.Histogram(
        "emergence.sae.training.duration", "s", _checkpointSeconds, "Time that a layer's SAE trained at a checkpoint.", Run, Model, Layer);

    internal static Counter<long> Events { get; } = _set.Counter<long>(
        "emergence.events", "{event}", "Rows of the events table that were committed: onsets, identity breaks, checkpoints not used.", Run, Model, Kind, Severity);

    internal static Histogram<double> StageDuration { get; } = _set.Histogram(
        "emergence.stage.duration", "s", _messageSeconds, "Time that a stage worked on a message, without waiting for the next stage; its count is the messages.", Run, Model, Stage);

    internal static ObservableUpDownCounter<long> StageQueue { get; } = _set.UpDownCounter(
        "emergence.stage.queue.length", "{message}", RunsInWork.Queued, "Messages that wait in front of a stage.", Run, Model, Stage);

    internal static Counter<double> StageBlocked { get; } = _set.Counter<double>(
        "emergence.stage.blocked.time", "s", "Time that a stage waited for room in the next one.", Run, Model, Stage);

    internal static Counter<long> StageDropped { get; } = _set.Counter<long>(
        "emergence.stage.dropped", "{message}", "Messages that a stage dropped because it was full; only where the graph says so.", Run, Model, Stage);

    internal static Counter<long> Announced { get; } = _set.Counter<long>(
        "emergence.announcer.announced", "{checkpoint}", "Checkpoints announced to workers, each to every layer group at once.", Run, Model);

    internal static Counter<long> Assembled { get; } = _set.Counter<long>(
        "emergence.announcer.assembled", "{checkpoint}", "Checkpoints of which every layer group's part is in the run folder: committed, or the kind of event that says why none used them.", Run, Model, Outcome);

    internal static Histogram<double> AssemblyLag { get; } = _set.Histogram(
        "emergence.announcer.assembly.lag", "s", _checkpointSeconds, "Time from the announcement of a checkpoint to its being assembled.", Run, Model);

    internal static ObservableUpDownCounter<long> Outstanding { get; } = _set.UpDownCounter(
        "emergence.announcer.outstanding", "{checkpoint}", AnnounceTelemetry.Outstanding, "Checkpoints that are announced and not assembled: how far the workers lag.", Run, Model);
}
