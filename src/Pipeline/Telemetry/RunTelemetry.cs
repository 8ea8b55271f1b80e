using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Telemetry;

/// <summary>Measures a run: what it tells its observer, and what its stages do. Passes every event on.</summary>
internal sealed class RunTelemetry : IWatchObserver, IStageObserver, IDisposable
{
    private const string Committed = "committed";
    private readonly IWatchObserver _next;
    private readonly KeyValuePair<string, object?> _run;
    private KeyValuePair<string, object?> _model = new(PipelineInstruments.Model, null);
    private long _waiting;
    private (long Step, CheckpointPhase Phase, long Done) _reached;
    private Func<IReadOnlyList<StageStatistics>>? _stages;

    /// <param name="run">Name of the run.</param>
    /// <param name="next">Told every event.</param>
    public RunTelemetry(string run, IWatchObserver next) => (_next, _run) = (next, new(PipelineInstruments.Run, run));

    /// <inheritdoc/>
    public void On(WatchEvent watchEvent)
    {
        Measure(watchEvent);
        _next.On(watchEvent);
    }

    /// <inheritdoc/>
    public void Worked(string stage, TimeSpan busy, TimeSpan blocked)
    {
        PipelineInstruments.StageDuration.Record(busy.TotalSeconds, _run, _model, OfStage(stage));
        if (blocked > TimeSpan.Zero)
        {
            PipelineInstruments.StageBlocked.Add(blocked.TotalSeconds, _run, _model, OfStage(stage));
        }
    }

    /// <inheritdoc/>
    public void Dropped(string stage) => PipelineInstruments.StageDropped.Add(1, _run, _model, OfStage(stage));

    /// <summary>From now on whoever collects is told what waits in a graph, until this is disposed.</summary>
    /// <param name="graph">The graph, before it runs.</param>
    /// <returns>This.</returns>
    public RunTelemetry Follow(Graph graph)
    {
        _stages = graph.Snapshot;
        RunsInWork.Add(this);
        return this;
    }

    /// <summary>How many checkpoints wait.</summary>
    public Measurement<long> Waiting() => new(Interlocked.Read(ref _waiting), _run, _model);

    /// <summary>How many messages wait in front of each stage.</summary>
    public IEnumerable<Measurement<long>> Queued() =>
        (_stages?.Invoke() ?? []).Select(stage => new Measurement<long>(stage.Queued, _run, _model, OfStage(stage.Name)));

    /// <summary>The run is not asked any more.</summary>
    public void Dispose() => RunsInWork.Remove(this);

    private static KeyValuePair<string, object?> OfStage(string name) => new(PipelineInstruments.Stage, name);

    private void Measure(WatchEvent watchEvent)
    {
        switch (watchEvent)
        {
            case RunOpened opened:
                _model = new(PipelineInstruments.Model, opened.Model);
                break;
            case CheckpointProgress progress:
                Interlocked.Exchange(ref _waiting, progress.Waiting);
                Count(progress);
                break;
            case CheckpointCommitted committed:
                Interlocked.Exchange(ref _waiting, committed.Waiting);
                Measure(committed);
                break;
            case CheckpointSkipped { Event: var why }:
                Ended(JsonNamingPolicy.SnakeCaseLower.ConvertName(why.Kind.ToString()));
                Count([why]);
                break;
            case WaitingForCheckpoint:
                Interlocked.Exchange(ref _waiting, 0);
                break;
        }
    }

    /// <summary>Progress says how many tokens of a phase are done; counted is what has been added since.</summary>
    private void Count(CheckpointProgress progress)
    {
        if (progress.Phase is not (CheckpointPhase.Train or CheckpointPhase.Measure))
        {
            return;
        }

        var before = _reached.Step == progress.Step && _reached.Phase == progress.Phase && _reached.Done <= progress.Done ? _reached.Done : 0;
        _reached = (progress.Step, progress.Phase, progress.Done);
        PipelineInstruments.Tokens.Add(progress.Done - before, _run, _model, new(PipelineInstruments.Purpose, progress.Phase == CheckpointPhase.Train ? "train" : "measure"));
    }

    private void Measure(CheckpointCommitted committed)
    {
        Ended(Committed);
        PipelineInstruments.CheckpointDuration.Record(committed.Duration.TotalSeconds, _run, _model);
        PipelineInstruments.CheckpointLag.Record(committed.Lag.TotalSeconds, _run, _model);
        foreach (var health in committed.Result.Health)
        {
            var layer = new KeyValuePair<string, object?>(PipelineInstruments.Layer, health.Layer);
            PipelineInstruments.Fvu.Record(health.Fvu, _run, _model, layer);
            PipelineInstruments.DeadFraction.Record(health.DeadFraction, _run, _model, layer);
            PipelineInstruments.L0.Record(health.L0, _run, _model, layer);
            PipelineInstruments.TrainingDuration.Record(health.SecondsTrain, _run, _model, layer);
        }

        if (committed.Result.Health is [{ LmLoss: { } loss }, ..])
        {
            PipelineInstruments.ModelLoss.Record(loss, _run, _model);
        }

        // Those of checkpoints that were not used were counted when they were told of.
        Count(committed.Result.Events.Where(e => e.Kind is EventKind.Onset or EventKind.IdentityBreak or EventKind.CheckpointCopy));
    }

    private void Ended(string outcome) => PipelineInstruments.CheckpointOutcomes.Add(1, _run, _model, new(PipelineInstruments.Outcome, outcome));

    private void Count(IEnumerable<EventRow> events)
    {
        if (!PipelineInstruments.Events.Enabled)
        {
            return;
        }

        foreach (var row in events)
        {
            var tags = new TagList
            {
                _run,
                _model,
                { PipelineInstruments.Kind, JsonNamingPolicy.SnakeCaseLower.ConvertName(row.Kind.ToString()) },
                { PipelineInstruments.Severity, JsonNamingPolicy.SnakeCaseLower.ConvertName(row.Severity.ToString()) },
            };
            PipelineInstruments.Events.Add(1, tags);
        }
    }
}
