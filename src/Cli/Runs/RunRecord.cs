using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Runs;

/// <summary>
/// What a run has told so far: the state behind the terminal, the final table and the final JSON. Of each committed
/// checkpoint only curves, health and events are kept, so it grows with categories × layers × checkpoints and not with features.
/// Lists are replaced, never changed, so that another thread may read while events arrive.
/// </summary>
internal sealed class RunRecord : IWatchObserver
{

    /// <summary>What was opened; null before that.</summary>
    public RunOpened? Opened { get; private set; }

    /// <summary>Committed checkpoints in step order, those of earlier starts included.</summary>
    public IReadOnlyList<CheckpointResult> Committed { get; private set; } = [];

    /// <summary>Checkpoints that were not used in this start.</summary>
    public IReadOnlyList<EventRow> Skipped { get; private set; } = [];

    /// <summary>The checkpoint in work; null when there is none.</summary>
    public CheckpointProgress? Progress { get; private set; }

    /// <summary>Newest commit of this start; null before the first.</summary>
    public CheckpointCommitted? Newest { get; private set; }

    /// <summary>The newest line of a companion process.</summary>
    public CompanionLine? Companion { get; private set; }

    /// <summary>Whether the watcher waits for a checkpoint.</summary>
    public bool Waiting { get; private set; }

    /// <summary>How far it is published; null when it is not.</summary>
    public PublishingState? Publishing { get; private set; }

    /// <summary>How it ended; null before that.</summary>
    public RunEnded? Ended { get; private set; }

    /// <summary>Every alert, by step, then facet, category and layer.</summary>
    /// <remarks>A curve's newest word counts: a checkpoint that was inserted has none.</remarks>
    public IReadOnlyList<CategoryAlert> Alerts =>
        [.. Committed.SelectMany(c => c.Curves)
            .Where(c => c.AlertStep is not null)
            .GroupBy(c => (c.Layer, c.Facet, c.Category))
            .Select(g => g.Last())
            .Select(c => new CategoryAlert(c.Layer, c.Facet, c.Category, c.AlertStep!.Value))
            .OrderBy(a => a.Step).ThenBy(a => a.Facet, StringComparer.Ordinal).ThenBy(a => a.Category, StringComparer.Ordinal).ThenBy(a => a.Layer)];

    /// <inheritdoc/>
    public void On(WatchEvent watchEvent)
    {
        switch (watchEvent)
        {
            case RunOpened opened:
                Opened = opened;
                Committed = [.. opened.Committed.Select(Slim)];
                break;
            case CheckpointProgress progress:
                Progress = progress;
                Waiting = false;
                break;
            case CheckpointCommitted committed:
                Newest = committed with { Result = Slim(committed.Result) };
                // One that came late is inserted before the newest.
                Committed = [.. Committed.Where(c => c.Step < Newest.Result.Step), Newest.Result, .. Committed.Where(c => c.Step > Newest.Result.Step)];
                Progress = null;
                break;
            case CheckpointSkipped skipped:
                Skipped = [.. Skipped, skipped.Event];
                Progress = null;
                break;
            case WaitingForCheckpoint:
                Waiting = true;
                Progress = null;
                break;
            case CompanionLine line:
                Companion = line;
                break;
            case StepPublished published:
                Publishing = new(published.Step, published.Waiting, 0, null);
                break;
            case BrokerLost lost:
                Publishing = (Publishing ?? new(null, 0, 0, null)) with { AwaySince = lost.Since };
                break;
            case BrokerFound:
                Publishing = (Publishing ?? new(null, 0, 0, null)) with { AwaySince = null };
                break;
            case PublishingEnded publishing:
                Publishing = new(publishing.LastStep, publishing.Unpublished, publishing.LiveLost, null);
                break;
            case RunEnded ended:
                Ended = ended;
                Progress = null;
                Waiting = false;
                break;
        }
    }

    private static CheckpointResult Slim(CheckpointResult result) => result with { Features = [], Firings = [] };
}
