using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Working;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Runs;

/// <summary>What a worker has done: the JSON that <c>worker</c> prints last.</summary>
/// <param name="group">Name of the consumer group.</param>
internal sealed class WorkerSummary(string group)
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SortedDictionary<string, int> _checkpoints = new(StringComparer.Ordinal);
    private readonly List<string> _refused = [];
    private readonly List<string> _passedOver = [];
    private readonly SortedDictionary<string, (int Messages, string Problem)> _refusedWork = new(StringComparer.Ordinal);

    /// <summary>Checkpoints that were not used, each with its reason.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>Messages that were passed over, each with its place and reason; those of a run that was refused together.</summary>
    public IReadOnlyList<string> PassedOver => [.. _passedOver, .. _refusedWork.Select(r => $"{r.Key}, {r.Value.Messages} {(r.Value.Messages == 1 ? "message" : "messages")}: {r.Value.Problem}")];

    private int PassedOverMessages => _passedOver.Count + _refusedWork.Values.Sum(r => r.Messages);

    /// <summary>Takes up what a worker tells.</summary>
    /// <param name="told">What it tells.</param>
    public void On(WorkerEvent told)
    {
        switch (told)
        {
            case WorkPublished { Anew: true } published:
                _checkpoints[published.Key] = _checkpoints.GetValueOrDefault(published.Key) + 1;
                break;
            case MessagePassedOver passed:
                _passedOver.Add(passed.Problem);
                break;
            case WorkRefused refused:
                _refusedWork[refused.Key] = (_refusedWork.GetValueOrDefault(refused.Key).Messages + 1, refused.Problem);
                break;
            case GroupTold { Told: CheckpointSkipped { Event: { Kind: EventKind.CheckpointRefused } refused } } from:
                _refused.Add($"{from.Key}: {refused.Message}");
                break;
        }
    }

    /// <summary>Indented JSON with names in snake case.</summary>
    /// <param name="seconds">Wall time.</param>
    /// <param name="interrupted">Whether it was told to stop.</param>
    public string ToJson(double seconds, bool interrupted) => JsonSerializer.Serialize(
        new { group, checkpoints = _checkpoints, refused = _refused, passed_over = PassedOver, seconds = Math.Round(seconds, 3), interrupted }, s_options);

    /// <summary>One line for a person.</summary>
    /// <param name="seconds">Wall time.</param>
    /// <param name="interrupted">Whether it was told to stop.</param>
    public string ToText(double seconds, bool interrupted) => $"{_checkpoints.Values.Sum()} checkpoints of {_checkpoints.Count} layer groups in {seconds:0.0} s"
        + (_refused.Count > 0 ? $", {_refused.Count} not used" : "") + (PassedOverMessages > 0 ? $", {PassedOverMessages} messages passed over" : "")
        + (interrupted ? "; stopped as told" : "");
}
