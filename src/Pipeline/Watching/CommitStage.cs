using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Watching;

/// <summary>Commits a checkpoint, or the refusal of one, to the run folder and tells of it.</summary>
/// <param name="run">The run.</param>
/// <param name="store">The run folder.</param>
/// <param name="staging">Where the SAEs lie.</param>
/// <param name="backlog">Told of what ends here.</param>
/// <param name="notices">Takes what has no commit of its own.</param>
/// <param name="isLaterGroup">Whether the run is a layer group whose events without a layer are told by another.</param>
internal sealed class CommitStage(RunContext run, RunFolderStore store, SaeStaging staging, Backlog backlog, Notices notices, bool isLaterGroup)
{
    public ValueTask CommitAsync(FinishedCheckpoint finished, CancellationToken aborted)
    {
        var work = finished.Work;
        var (waiting, lag) = (backlog.Waiting, run.Time.GetUtcNow() - work.Arrival.At);
        var result = finished.Result with
        {
            Health = [.. finished.Result.Health.Select(h => h with { Waiting = waiting, LagSeconds = lag.TotalSeconds })],
        };
        run.Progress.Tell(work.Step, CheckpointPhase.Commit, 0, 1);
        var details = new CommitDetails(work.ModelHash, work.LmLoss, Seconds(work, result), Counts(work), work.Weights?.Shards, work.Distances.Whole)
        {
            Waiting = waiting,
            LagSeconds = lag.TotalSeconds,
            Inserted = work.Inserted,
        };
        store.Commit(result, details, staging.Parts(work.Step, run.Layers, finished.Histories, work.Sketch));
        staging.Clear(work.Step);
        backlog.Ended();
        run.Progress.Tell(new CheckpointCommitted(result, run.Time.GetElapsedTime(work.StartedAt), lag, waiting));
        TellIfIdle();
        return ValueTask.CompletedTask;
    }

    public ValueTask AtBarrierAsync(BarrierMessage barrier, CancellationToken aborted)
    {
        if (barrier is CheckpointRead { Work: { Refusal: { } refusal } work })
        {
            if (work.Inserted)
            {
                // It was accepted and could not be read to its end: no place of its own before the newest step is kept for what is not used.
                notices.Add(refusal);
                TellIfIdle();
                return ValueTask.CompletedTask;
            }

            var result = new CheckpointResult(work.Step, work.TokensSeen, [], [], [], [], [.. work.Earlier, .. Told(work, refusal)]);
            store.CommitRefusal(result, work.ModelHash);
            backlog.Ended();
            run.Progress.Tell(new CheckpointSkipped(refusal));
            TellIfIdle();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// That a checkpoint could not be read may be so for one layer group only: it was deleted when the others had read it. The first group's
    /// event is the run's; that of another concerns its layers, and says so, so that it is published and is in the run whatever the others met.
    /// Every other reason is the same in all groups.
    /// </summary>
    private IEnumerable<EventRow> Told(CheckpointWork work, EventRow refusal) =>
        isLaterGroup && work.IsUnread ? run.Layers.Select(layer => refusal with { Layer = layer }) : [refusal];

    private void TellIfIdle()
    {
        if (run.Settings.Follow && backlog.IsIdle)
        {
            run.Progress.Tell(new WaitingForCheckpoint(store.LastStep));
        }
    }

    private Dictionary<string, double> Seconds(CheckpointWork work, CheckpointResult result) => new()
    {
        ["capture"] = work.SecondsCapture,
        ["train"] = result.Health.Sum(h => h.SecondsTrain),
        ["measure"] = result.Health.Sum(h => h.SecondsMeasure),
        ["curves"] = result.Health.Sum(h => h.SecondsCurves),
        ["total"] = run.Time.GetElapsedTime(work.StartedAt).TotalSeconds,
    };

    private Dictionary<string, long> Counts(CheckpointWork work) => new()
    {
        ["tokens_trained"] = work.Layers.Count == 0 ? 0 : work.Layers[0].Tokens,
        ["tokens_measured"] = run.Probe.TokenCount,
        ["threads"] = run.Settings.ThreadCount,
    };
}
