using Emergence.Cli.Runs;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Live;

/// <summary>A line per event, for logs and pipes; progress inside a phase is told at most every ten seconds.</summary>
internal sealed class PlainScreen(TextWriter output, RunRecord record, TimeProvider time) : RunScreen
{
    private static readonly TimeSpan ProgressGap = TimeSpan.FromSeconds(10);
    private long? _lastProgress;

    /// <inheritdoc/>
    public override void On(WatchEvent watchEvent)
    {
        if (watchEvent is CheckpointProgress && _lastProgress is { } last && time.GetElapsedTime(last) < ProgressGap)
            return;
        if (Line(watchEvent) is not { } line)
            return;
        _lastProgress = time.GetTimestamp();
        Say(line);
    }

    /// <inheritdoc/>
    public override void Say(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // The writer belongs to the program.
    }

    private string? Line(WatchEvent watchEvent) => watchEvent switch
    {
        RunOpened e => $"run {e.Run}: {e.Model}, {(e.Parameters > 0 ? $"{Figures.Count(e.Parameters)} parameters, " : "")}layers {string.Join(',', e.Layers)}, {e.Committed.Count} checkpoints committed before; folder {e.Folder}",
        CheckpointProgress e => $"step {e.Step}: {Phases.Name(e.Phase)} {Phases.Amount(e)}{Phases.Waiting(e.Waiting)}",
        CheckpointCommitted e => Committed(e),
        CheckpointSkipped e => $"skipped: {e.Event.Message}",
        WaitingForCheckpoint e => e.LastStep is { } step ? $"waiting for the checkpoint after step {step}" : "waiting for the first checkpoint",
        RunRemark e => $"note: {e.Text}",
        StepPublished e => $"step {e.Step}: published{(e.Waiting > 0 ? $", {e.Waiting} to go" : "")}",
        BrokerLost e => $"nothing has gone through to the broker since {e.Since:HH:mm:ss} UTC ({e.Reason}); work goes on into the run folder",
        BrokerFound e => $"the broker answers again (away since {e.Since:HH:mm:ss} UTC)",
        PublishingEnded { Unpublished: > 0 } e => $"{e.Unpublished} {(e.Unpublished == 1 ? "commit is" : "commits are")} not published",
        CompanionLine e => $"{e.Source}: {e.Text}",
        RunEnded e => $"{(e.Interrupted ? "interrupted" : "ended")} after {e.Seconds:0.0} s",
        _ => null,
    };

    private string Committed(CheckpointCommitted e)
    {
        var health = e.Result.Health;
        var loss = health is [{ LmLoss: { } measured }, ..] ? $", loss {measured:0.000}" : "";
        var moved = health is [{ WeightDistance: { } distance }, ..] ? $", weights moved {Figures.Share(distance)}" : "";
        var layers = string.Concat(health.Select(h => $", L{h.Layer} fvu {h.Fvu:0.000} dead {h.DeadFraction:0%}"));
        var alerts = e.Result.Events.Where(v => v.Kind == EventKind.Onset).Select(v => $"{v.Facet}/{v.Category}@L{v.Layer}").ToArray();
        var risen = alerts.Length == 0 ? "" : $"; alerts: {string.Join(' ', alerts)}";
        return $"step {e.Result.Step}: committed ({record.Committed.Count}) in {e.Duration.TotalSeconds:0.0} s, lag {e.Lag.TotalSeconds:0.0} s{Phases.Waiting(e.Waiting)}{loss}{moved}{layers}{risen}";
    }
}
