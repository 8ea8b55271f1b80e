using System.Text.Json;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>The rows of <c>events</c> about checkpoints that are not used, or used with a doubt. They hold no time, so a replay gives the same.</summary>
public static class CheckpointEvents
{
    /// <summary>A checkpoint was refused.</summary>
    /// <param name="step">Its training step.</param>
    /// <param name="reason">Why.</param>
    /// <param name="problem">What is wrong and how to mend it.</param>
    /// <returns>The row.</returns>
    public static EventRow Refused(long step, RefusalReason reason, BadInputException problem) => Row(
        EventKind.CheckpointRefused,
        EventSeverity.Error,
        step,
        new Dictionary<string, object> { ["reason"] = Word(reason), ["file"] = problem.File, ["place"] = problem.Place, ["problem"] = problem.Problem },
        $"Step {step} is not used. {problem.Message}");

    /// <summary>A checkpoint came too late.</summary>
    /// <param name="step">Its training step.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="newestStep">The newest step handed on before it.</param>
    /// <returns>The row.</returns>
    public static EventRow Late(long step, string folder, long newestStep) => Row(
        EventKind.CheckpointLate,
        EventSeverity.Warning,
        step,
        new Dictionary<string, object> { ["folder"] = folder, ["newest_step"] = newestStep },
        $"Step {step} arrived after step {newestStep} and is not used; say --late insert to measure such steps, or replay the folder as a new run.");

    /// <summary>A checkpoint came too late and was measured beside the history of the run.</summary>
    /// <param name="step">Its training step.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="newestStep">The newest step handed on before it.</param>
    /// <returns>The row.</returns>
    public static EventRow Inserted(long step, string folder, long newestStep) => Row(
        EventKind.CheckpointLate,
        EventSeverity.Info,
        step,
        new Dictionary<string, object> { ["folder"] = folder, ["newest_step"] = newestStep, ["inserted"] = true },
        $"Step {step} arrived after step {newestStep} and was inserted: its SAEs began with those of the newest step, and no other step, no alert and no identity depends on it.");

    /// <summary>A checkpoint was deleted before it was read.</summary>
    /// <param name="step">Its training step.</param>
    /// <param name="folder">The folder it had.</param>
    /// <returns>The row.</returns>
    public static EventRow Vanished(long step, string folder) => Row(
        EventKind.CheckpointVanished,
        EventSeverity.Warning,
        step,
        new Dictionary<string, object> { ["folder"] = folder },
        $"Step {step} was deleted before it could be read; let the training job keep more checkpoints, or watch with --when-behind latest.");

    /// <summary>A checkpoint was passed over by a reader that had fallen behind.</summary>
    /// <param name="step">Its training step.</param>
    /// <param name="waiting">How many checkpoints waited.</param>
    /// <param name="takenStep">The step that was taken instead.</param>
    /// <returns>The row.</returns>
    public static EventRow PassedOver(long step, int waiting, long takenStep) => Row(
        EventKind.CheckpointSkipped,
        EventSeverity.Info,
        step,
        new Dictionary<string, object> { ["waiting"] = waiting, ["taken_step"] = takenStep },
        $"Step {step} was passed over for step {takenStep}: {waiting} checkpoints waited.");

    /// <summary>A checkpoint shares weights with another step and is used all the same, because that was asked for.</summary>
    /// <param name="step">Its training step.</param>
    /// <param name="match">What it shares.</param>
    /// <returns>The row.</returns>
    public static EventRow CopyUsed(long step, WeightMatch match) => Row(
        EventKind.CheckpointCopy,
        EventSeverity.Warning,
        step,
        new Dictionary<string, object> { ["other_step"] = match.Step, ["shard"] = match.Shard ?? "", ["shards"] = match.Shards },
        $"Step {step} is used although {match.Finding}.");

    private static EventRow Row(EventKind kind, EventSeverity severity, long step, Dictionary<string, object> evidence, string message) =>
        new(kind, severity, step, null, null, null, null, JsonSerializer.Serialize(evidence), message);

    private static string Word(RefusalReason reason) => reason switch
    {
        RefusalReason.NotWhole => "not_whole",
        RefusalReason.SameStep => "same_step",
        RefusalReason.CopyOfAnotherStep => "copy_of_another_step",
        RefusalReason.ShardOfAnotherStep => "shard_of_another_step",
        RefusalReason.OtherArchitecture => "other_architecture",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
