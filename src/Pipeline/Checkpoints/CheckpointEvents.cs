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
        $"Step {step} arrived after step {newestStep} and is not used; replay the folder as a new run to include it.");

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
