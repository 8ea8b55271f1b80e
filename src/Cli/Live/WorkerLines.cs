using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Working;

namespace Emergence.Cli.Live;

/// <summary>What a worker tells, one line per event.</summary>
internal static class WorkerLines
{
    /// <summary>The line; null when there is nothing to say.</summary>
    /// <param name="told">What it tells.</param>
    public static string? Of(WorkerEvent told) => told switch
    {
        WorkerJoined joined => $"worker of group {joined.Group}: waiting for work in {joined.Topic}",
        WorkPublished { Anew: true } published => $"{published.Key}: step {published.Step} is published",
        WorkPublished published => $"{published.Key}: step {published.Step} had been published before",
        MessagePassedOver passed => $"passed over: {passed.Problem}",
        WorkRefused { Again: true } refused => $"{refused.Key}: step {refused.Step} is passed over: its run was refused before",
        WorkRefused refused => $"{refused.Key}: refused, and every later step with it: {refused.Problem}",
        WorkGivenUp given => $"given up{(given.Lost ? ", because the membership was lost" : " to another worker")}: {string.Join(", ", given.Keys)}",
        WorkerRemark remark => remark.Text,
        GroupTold group => Line(group.Told) is { } line ? $"{group.Key}: {line}" : null,
        _ => null,
    };

    private static string? Line(WatchEvent told) => told switch
    {
        RunOpened e => $"open, layers {string.Join(',', e.Layers)} of {e.Model}, {e.Committed.Count} checkpoints committed before; folder {e.Folder}",
        CheckpointCommitted e => $"step {e.Result.Step} committed in {e.Duration.TotalSeconds:0.0} s, lag {e.Lag.TotalSeconds:0.0} s{string.Concat(e.Result.Health.Select(h => $", L{h.Layer} fvu {h.Fvu:0.000}"))}",
        CheckpointSkipped e => $"skipped: {e.Event.Message}",
        RunRemark e => e.Text,
        _ => null,
    };
}
